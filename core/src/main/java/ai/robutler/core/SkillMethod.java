package ai.robutler.core;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JavaType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An annotated method of one skill object, ready to be called. Thread-safe. */
final class SkillMethod {
    private final Method method;
    private final MethodHandle handle;
    private final List<JavaType> types;

    /**
     * @param owner the skill's class, by which type parameters of its parents are resolved
     * @throws IllegalArgumentException if it cannot be called
     */
    SkillMethod(Object skill, JavaType owner, Method method) {
        this.method = method;
        this.types = types(owner, method);
        try {
            method.setAccessible(true);
            MethodHandle found = MethodHandles.lookup().unreflect(method).asFixedArity();
            boolean isStatic = Modifier.isStatic(method.getModifiers());
            handle =
                    (isStatic ? found : found.bindTo(skill))
                            .asSpreader(Object[].class, method.getParameterCount())
                            .asType(MethodType.methodType(Object.class, Object[].class));
        } catch (IllegalAccessException | InaccessibleObjectException e) {
            throw new IllegalArgumentException(
                    "it cannot be reached; open its package to ai.robutler.core", e);
        }
    }

    static List<JavaType> types(JavaType owner, Method method) {
        var bindings = owner.findSuperType(method.getDeclaringClass()).getBindings();
        var types = new ArrayList<JavaType>();
        for (Parameter parameter : method.getParameters()) {
            types.add(
                    Arguments.types()
                            .resolveMemberType(parameter.getParameterizedType(), bindings));
        }
        return List.copyOf(types);
    }

    /** Its name as models know names, unless the annotation gives another. */
    String nameOr(String annotated) {
        return annotated.isEmpty() ? Names.snakeCase(method.getName()) : annotated;
    }

    /**
     * What a call costs.
     *
     * @throws IllegalArgumentException if it is no price
     */
    ToolPrice price() {
        Price price = method.getAnnotation(Price.class);
        boolean byResult = price != null && price.byResult();
        if (!byResult && returnType() == Priced.class) {
            throw new IllegalArgumentException(
                    "it returns a Priced and needs @Price(usd = \"…\", byResult = true)");
        }
        return price == null ? ToolPrice.FREE : ToolPrice.of(price);
    }

    Parameter[] parameters() {
        return method.getParameters();
    }

    Class<?> type(int parameter) {
        return types.get(parameter).getRawClass();
    }

    Class<?> returnType() {
        return method.getReturnType();
    }

    /** The slot of a parameter, nothing for the run's context. */
    Optional<Slot> slot(int parameter) {
        return type(parameter) == RunContext.class
                ? Optional.empty()
                : Optional.of(Slot.of(method.getParameters()[parameter], types.get(parameter)));
    }

    /** The parameters that values fill, in order. */
    List<Slot> slots() {
        var slots = new ArrayList<Slot>();
        for (int i = 0; i < types.size(); i++) {
            slot(i).ifPresent(slots::add);
        }
        return slots;
    }

    /** Calls it with the values of its slots, and the context where it wants it. */
    @Nullable Object call(List<@Nullable Object> values, RunContext context) throws Exception {
        var arguments = new @Nullable Object[types.size()];
        int next = 0;
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = type(i) == RunContext.class ? context : values.get(next++);
        }
        return call(arguments);
    }

    /** What the method throws comes out as it is. */
    @Nullable Object call(@Nullable Object[] arguments) throws Exception {
        try {
            return (Object) handle.invokeExact(arguments);
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return method.getDeclaringClass().getName() + "." + method.getName();
    }
}
