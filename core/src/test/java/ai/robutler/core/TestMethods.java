package ai.robutler.core;

import java.util.Arrays;

/** Methods of test classes, found by their only name. */
final class TestMethods {
    private TestMethods() {}

    static SkillMethod of(Object object, String name) {
        var found =
                Arrays.stream(object.getClass().getDeclaredMethods())
                        .filter(method -> method.getName().equals(name))
                        .findFirst()
                        .orElseThrow();
        return new SkillMethod(object, Arguments.types().constructType(object.getClass()), found);
    }
}
