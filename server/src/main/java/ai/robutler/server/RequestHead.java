package ai.robutler.server;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** A request without its body: a view that is good as long as the request is. Thread-safe. */
public interface RequestHead {

    /** The method, in upper case as it came. */
    String method();

    /** The path as it came: encoded, without the query. */
    String path();

    /** Whether it came over TLS. */
    boolean isSecure();

    /** Where the connection comes from: the last proxy, if there is one. */
    InetSocketAddress remoteAddress();

    /** All values of a header, in their order; the name's case does not matter. */
    List<String> headers(String name);

    /** The first value of a header. */
    default Optional<String> header(String name) {
        return headers(name).stream().findFirst();
    }
}
