/**
 * The one way out to addresses that came from outside: from a caller, a model, a document, another
 * agent. {@link ai.robutler.outbound.AddressPolicy} says what may be called, {@link
 * ai.robutler.outbound.OutboundClient} calls it.
 *
 * <p>From the text to the wire: {@code UrlReader} (one strict reading of the URL) → {@code
 * AddressPolicy} (names, ports, literal addresses) → {@link ai.robutler.outbound.Resolver} (once) →
 * {@code AddressPolicy} again (every address found) → {@code Exchange} (a connection to just these
 * addresses).
 */
@NullMarked
package ai.robutler.outbound;

import org.jspecify.annotations.NullMarked;
