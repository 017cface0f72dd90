package ai.robutler.core;

import com.fasterxml.jackson.annotation.JsonProperty;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JavaType;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A named place that one JSON value fills: a parameter of a method, or a component of a record.
 *
 * @param nullable whether it may stay empty, by its type or by {@link Nullable}
 * @param defaultValue as {@link Param#defaultValue}, "" where there is none
 */
record Slot(String name, JavaType type, boolean nullable, String description, String defaultValue) {

    static Slot of(Parameter parameter, JavaType type) {
        if (!parameter.isNamePresent()) {
            throw new IllegalArgumentException(
                    "the names of its parameters are not in the class file; compile with"
                            + " -parameters");
        }
        return of(parameter.getName(), type, parameter.getAnnotatedType(), parameter);
    }

    static Slot of(RecordComponent component, JavaType type) {
        var renamed = component.getAccessor().getAnnotation(JsonProperty.class);
        String name =
                renamed == null || renamed.value().isEmpty()
                        ? component.getName()
                        : renamed.value();
        return of(name, type, component.getAnnotatedType(), component);
    }

    private static Slot of(
            String name, JavaType type, AnnotatedType declared, AnnotatedElement element) {
        var param = element.getAnnotation(Param.class);
        return new Slot(
                name,
                type,
                isOptional(type) || declared.isAnnotationPresent(Nullable.class),
                param == null ? "" : param.value(),
                param == null ? "" : param.defaultValue());
    }

    private static boolean isOptional(JavaType type) {
        return absent(type) != null;
    }

    boolean required() {
        return !nullable && defaultValue.isEmpty();
    }

    /** What fills it when no value is given. */
    @Nullable Object absent() {
        return absent(type);
    }

    private static @Nullable Object absent(JavaType type) {
        if (type.hasRawClass(Optional.class)) {
            return Optional.empty();
        }
        if (type.hasRawClass(OptionalInt.class)) {
            return OptionalInt.empty();
        }
        if (type.hasRawClass(OptionalLong.class)) {
            return OptionalLong.empty();
        }
        return type.hasRawClass(OptionalDouble.class) ? OptionalDouble.empty() : null;
    }
}
