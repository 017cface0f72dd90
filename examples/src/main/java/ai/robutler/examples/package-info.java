/** Skills as users write them: a calculator, the weather, a clock. */
@NullMarked
package ai.robutler.examples;

import org.jspecify.annotations.NullMarked;
