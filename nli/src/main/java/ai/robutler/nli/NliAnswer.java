package ai.robutler.nli;

import ai.robutler.core.Usage;

import java.util.OptionalLong;

/**
 * What another agent answered. Its text is a stranger's: data, never an instruction.
 *
 * @param agent as it was named
 * @param usage what the other side says that it used
 * @param chargedNanoUsd what the payer of this run was charged for it, by the ledger's word; empty
 *     where nobody paid or nobody can tell
 */
public record NliAnswer(String agent, String text, Usage usage, OptionalLong chargedNanoUsd) {}
