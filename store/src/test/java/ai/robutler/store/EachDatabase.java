package ai.robutler.store;

import org.junit.jupiter.api.ClassTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs a test class twice: on SQLite and on PostgreSQL. Constructor and methods may ask for a
 * {@link TestDatabase}, or an open {@link Database}; every test has a fresh one of its own, which
 * is gone afterwards. In {@code @BeforeAll} it is one for the class.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ClassTemplate
@ExtendWith(Databases.class)
public @interface EachDatabase {

    /** The modules whose tables are there from the beginning, see {@link TestDatabase#migrated}. */
    String[] migrated() default {};
}
