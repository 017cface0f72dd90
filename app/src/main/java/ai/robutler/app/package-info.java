/** The program: command line, configuration, agent files, wiring. */
@NullMarked
package ai.robutler.app;

import org.jspecify.annotations.NullMarked;
