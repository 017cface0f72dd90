/** Agents call agents: the tool {@code nli}, remote handoffs, and the A2A protocol. */
@NullMarked
package ai.robutler.nli;

import org.jspecify.annotations.NullMarked;
