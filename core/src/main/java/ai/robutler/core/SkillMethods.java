package ai.robutler.core;

import tools.jackson.databind.JavaType;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The annotated methods of a skill: its own and its parents', those of interfaces included. A
 * method that overrides another keeps that one's annotation unless it has its own. The order is by
 * class, then by name, so that it is the same on each start.
 */
final class SkillMethods {
    private final Object skill;
    private final JavaType type;
    private final Set<Class<?>> classes = new LinkedHashSet<>();

    SkillMethods(Object skill) {
        this.skill = skill;
        this.type = Arguments.types().constructType(skill.getClass());
        for (Class<?> at = skill.getClass(); at != null; at = at.getSuperclass()) {
            classes.add(at);
        }
        List.copyOf(classes).forEach(this::addInterfaces);
    }

    private void addInterfaces(Class<?> from) {
        for (Class<?> parent : from.getInterfaces()) {
            classes.add(parent);
            addInterfaces(parent);
        }
    }

    @FunctionalInterface
    interface Reader<A, T> {
        T read(A annotation, SkillMethod method);
    }

    /**
     * What is made of each method with this annotation.
     *
     * @throws IllegalArgumentException if a method cannot be what its annotation says; the message
     *     names it
     */
    <A extends Annotation, T> List<T> each(Class<A> annotation, Reader<A, T> reader) {
        var found = new ArrayList<T>();
        var seen = new HashSet<List<Object>>();
        for (Class<?> at : classes) {
            for (Method method : declared(at)) {
                A annotated = method.getAnnotation(annotation);
                if (annotated == null || (at.isInterface() && isStatic(method))) {
                    continue;
                }
                try {
                    if (seen.add(signature(method))) {
                        found.add(reader.read(annotated, new SkillMethod(skill, type, method)));
                    }
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException(
                            "@%s %s.%s: %s"
                                    .formatted(
                                            annotation.getSimpleName(),
                                            at.getName(),
                                            method.getName(),
                                            e.getMessage()),
                            e);
                }
            }
        }
        return found;
    }

    /**
     * Refuses an annotation where it would have no effect.
     *
     * @throws IllegalArgumentException if a method has the first one without the second
     */
    void requireBeside(Class<? extends Annotation> one, Class<? extends Annotation> other) {
        for (Class<?> at : classes) {
            for (Method method : declared(at)) {
                if (method.isAnnotationPresent(one) && !method.isAnnotationPresent(other)) {
                    throw new IllegalArgumentException(
                            "@%s %s.%s: it stands beside @%s only"
                                    .formatted(
                                            one.getSimpleName(),
                                            at.getName(),
                                            method.getName(),
                                            other.getSimpleName()));
                }
            }
        }
    }

    private static List<Method> declared(Class<?> at) {
        return Arrays.stream(at.getDeclaredMethods())
                .filter(method -> !method.isSynthetic())
                .sorted(Comparator.comparing(Method::getName).thenComparing(Method::toString))
                .toList();
    }

    /** Equal for methods of which one overrides the other. */
    private List<Object> signature(Method method) {
        var signature = new ArrayList<Object>();
        signature.add(method.getName());
        SkillMethod.types(type, method).forEach(each -> signature.add(each.getRawClass()));
        if (Modifier.isPrivate(method.getModifiers())) {
            signature.add(method.getDeclaringClass());
        }
        return signature;
    }

    private static boolean isStatic(Method method) {
        return Modifier.isStatic(method.getModifiers());
    }
}
