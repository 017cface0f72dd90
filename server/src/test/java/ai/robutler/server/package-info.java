@NullMarked
package ai.robutler.server;

import org.jspecify.annotations.NullMarked;
