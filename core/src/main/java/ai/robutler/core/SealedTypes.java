package ai.robutler.core;

import com.fasterxml.jackson.annotation.JsonTypeInfo;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.jsontype.NamedType;

import java.util.ArrayList;
import java.util.List;

/**
 * Lets a sealed interface of records be read from JSON: the property {@code type} names the record,
 * in snake_case.
 */
final class SealedTypes extends JacksonAnnotationIntrospector {
    static final String TAG = "type";
    private static final JsonTypeInfo.Value BY_TAG =
            JsonTypeInfo.Value.construct(
                    JsonTypeInfo.Id.NAME, JsonTypeInfo.As.PROPERTY, TAG, null, false, true, null);

    /**
     * The records that a sealed interface permits, those of sealed interfaces below it included.
     *
     * @throws IllegalArgumentException if it permits anything else
     */
    static List<Class<?>> records(Class<?> sealed) {
        var records = new ArrayList<Class<?>>();
        for (Class<?> permitted : sealed.getPermittedSubclasses()) {
            if (permitted.isRecord()) {
                records.add(permitted);
            } else if (permitted.isInterface() && permitted.isSealed()) {
                records.addAll(records(permitted));
            } else {
                throw new IllegalArgumentException(
                        permitted.getName()
                                + " is no record; a sealed interface must permit records only");
            }
        }
        return records.stream().distinct().toList();
    }

    static String name(Class<?> record) {
        return Names.snakeCase(record.getSimpleName());
    }

    @Override
    public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(
            MapperConfig<?> config, Annotated annotated) {
        return isUnion(annotated) ? BY_TAG : super.findPolymorphicTypeInfo(config, annotated);
    }

    @Override
    public @Nullable List<NamedType> findSubtypes(MapperConfig<?> config, Annotated annotated) {
        if (!isUnion(annotated)) {
            return super.findSubtypes(config, annotated);
        }
        var types = new ArrayList<NamedType>();
        records(annotated.getRawType())
                .forEach(record -> types.add(new NamedType(record, name(record))));
        return types;
    }

    private static boolean isUnion(Annotated annotated) {
        return annotated instanceof AnnotatedClass
                && annotated.getRawType().isInterface()
                && annotated.getRawType().isSealed();
    }
}
