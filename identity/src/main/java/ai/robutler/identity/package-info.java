/**
 * Who calls: API keys, tokens of configured issuers, owner assertions, and this server's own
 * signing keys.
 */
@NullMarked
package ai.robutler.identity;

import org.jspecify.annotations.NullMarked;
