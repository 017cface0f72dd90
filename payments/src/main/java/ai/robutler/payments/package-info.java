/** What it costs: the ledger, payment tokens, and the bill of a run. */
@NullMarked
package ai.robutler.payments;

import org.jspecify.annotations.NullMarked;
