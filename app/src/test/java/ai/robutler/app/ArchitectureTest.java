package ai.robutler.app;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arrows between the modules point down. */
class ArchitectureTest {
    private static final String[] JDK = {
        "java.lang..",
        "java.util..",
        "java.time..",
        "java.math..",
        "java.io..",
        "java.nio..",
        "java.net..",
        "java.text..",
        "java.security..",
        "javax.crypto.."
    };

    private static JavaClasses all;

    @BeforeAll
    static void read() {
        all =
                new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("ai.robutler");
    }

    @Test
    void everyModuleIsThere() {
        for (String module :
                new String[] {
                    "core",
                    "outbound",
                    "store",
                    "models",
                    "identity",
                    "payments",
                    "mcp",
                    "search",
                    "memory",
                    "discovery",
                    "nli",
                    "server",
                    "examples",
                    "testkit",
                    "app"
                }) {
            org.assertj.core.api.Assertions.assertThat(all.containPackage("ai.robutler." + module))
                    .as(module)
                    .isTrue();
        }
    }

    @Test
    void coreStandsOnJacksonAndTheLoggingFacadeAlone() {
        var allowed = new java.util.ArrayList<>(java.util.List.of(JDK));
        allowed.addAll(
                java.util.List.of(
                        "ai.robutler.core..",
                        "tools.jackson..",
                        "com.fasterxml.jackson.annotation..",
                        "org.slf4j..",
                        "org.jspecify.."));
        classes()
                .that()
                .resideInAPackage("ai.robutler.core..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed.toArray(String[]::new))
                .check(all);
    }

    @Test
    void coreKnowsNoHttpAndNoSql() {
        noClasses()
                .that()
                .resideInAPackage("ai.robutler.core..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "java.net.http..", "com.sun.net..")
                .check(all);
    }

    @ParameterizedTest
    @ValueSource(strings = {"models", "server", "examples", "outbound", "store"})
    void theMiddleStandsOnCoreAlone(String module) {
        String own = "ai.robutler." + module + "..";
        noClasses()
                .that()
                .resideInAPackage(own)
                .should()
                .dependOnClassesThat(
                        resideInAPackage("ai.robutler..")
                                .and(not(resideInAnyPackage(own, "ai.robutler.core.."))))
                .check(all);
    }

    @Test
    void searchStandsOnCoreAndStore() {
        noClasses()
                .that()
                .resideInAPackage("ai.robutler.search..")
                .should()
                .dependOnClassesThat(
                        resideInAPackage("ai.robutler..")
                                .and(
                                        not(
                                                resideInAnyPackage(
                                                        "ai.robutler.search..",
                                                        "ai.robutler.core..",
                                                        "ai.robutler.store.."))))
                .check(all);
    }

    @Test
    void luceneStaysInSearch() {
        noClasses()
                .that()
                .resideOutsideOfPackage("ai.robutler.search..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.lucene..")
                .check(all);
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "payments", "memory", "discovery", "nli", "mcp"})
    void skillsStandOnCoreAndWhatCarriesThem(String module) {
        String own = "ai.robutler." + module + "..";
        noClasses()
                .that()
                .resideInAPackage(own)
                .should()
                .dependOnClassesThat(
                        resideInAPackage("ai.robutler..")
                                .and(
                                        not(
                                                resideInAnyPackage(
                                                        own,
                                                        "ai.robutler.core..",
                                                        "ai.robutler.store..",
                                                        "ai.robutler.outbound..",
                                                        "ai.robutler.search.."))))
                .check(all);
    }

    @Test
    void theProgramDoesWithoutItsOptionalModules() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.langchain4j..", "ai.robutler.langchain4j..")
                .check(all);
    }

    @Test
    void theTestkitStandsAlone() {
        noClasses()
                .that()
                .resideInAPackage("ai.robutler.testkit..")
                .should()
                .dependOnClassesThat(
                        resideInAPackage("ai.robutler..")
                                .and(not(resideInAPackage("ai.robutler.testkit.."))))
                .check(all);
    }

    @Test
    void vertxStaysInTheServerAndInTheUpstreamOfTheModels() {
        noClasses()
                .that()
                .resideOutsideOfPackage("ai.robutler.server..")
                .and()
                .haveNameNotMatching(
                        "ai\\.robutler\\.(models\\.(Upstream|Exchange)|outbound\\.(Edge|Exchange))(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..", "io.netty..")
                .check(all);
    }

    @Test
    void theServersInterfaceShowsNoVertx() {
        noMethods()
                .that()
                .areDeclaredInClassesThat(
                        resideInAPackage("ai.robutler.server..")
                                .and(JavaClass.Predicates.belongTo(isPublic())))
                .and()
                .arePublic()
                .should(showVertx())
                .check(all);
    }

    private static com.tngtech.archunit.base.DescribedPredicate<JavaClass> isPublic() {
        return com.tngtech.archunit.base.DescribedPredicate.describe(
                "public", each -> each.getModifiers().contains(JavaModifier.PUBLIC));
    }

    private static ArchCondition<JavaMethod> showVertx() {
        return new ArchCondition<>("show a type of Vert.x") {
            @Override
            public void check(JavaMethod method, ConditionEvents events) {
                boolean shows =
                        method.getAllInvolvedRawTypes().stream()
                                .anyMatch(type -> type.getPackageName().startsWith("io.vertx"));
                events.add(new SimpleConditionEvent(method, shows, method.getFullName()));
            }
        };
    }
}
