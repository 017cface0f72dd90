package ai.robutler.store;

import org.junit.jupiter.api.extension.ClassTemplateInvocationContext;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContextProvider;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

import java.util.List;
import java.util.stream.Stream;

/** The two databases, one after the other, for the tests of a class. */
public final class Databases implements ClassTemplateInvocationContextProvider {

    @Override
    public boolean supportsClassTemplate(ExtensionContext context) {
        return true;
    }

    @Override
    public Stream<ClassTemplateInvocationContext> provideClassTemplateInvocationContexts(
            ExtensionContext context) {
        String[] modules =
                AnnotationSupport.findAnnotation(context.getRequiredTestClass(), EachDatabase.class)
                        .orElseThrow()
                        .migrated();
        return Stream.of(Database.Kind.values()).map(kind -> new Invocation(kind, modules));
    }

    private record Invocation(Database.Kind kind, String[] modules)
            implements ClassTemplateInvocationContext {

        @Override
        public String getDisplayName(int index) {
            return kind.name();
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new Resolver(kind, modules));
        }
    }

    private record Resolver(Database.Kind kind, String[] modules) implements ParameterResolver {

        @Override
        public ExtensionContextScope getTestInstantiationExtensionContextScope(
                ExtensionContext root) {
            return ExtensionContextScope.TEST_METHOD;
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            Class<?> type = parameter.getParameter().getType();
            return type == TestDatabase.class || type == Database.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            // Closed with the test, or with the class, because it is an AutoCloseable.
            TestDatabase database =
                    context.getStore(Namespace.create(Databases.class, context.getUniqueId()))
                            .computeIfAbsent(
                                    TestDatabase.class,
                                    _ -> TestDatabase.migrated(kind, modules),
                                    TestDatabase.class);
            return parameter.getParameter().getType() == Database.class
                    ? database.database()
                    : database;
        }
    }
}
