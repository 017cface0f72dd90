/** Who can help: agents found by what they can do, here and on other servers. */
@NullMarked
package ai.robutler.discovery;

import org.jspecify.annotations.NullMarked;
