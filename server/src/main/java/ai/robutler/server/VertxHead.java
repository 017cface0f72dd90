package ai.robutler.server;

import io.vertx.core.http.HttpServerRequest;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** The head of a request of Vert.x. */
record VertxHead(HttpServerRequest request) implements RequestHead {
    @Override
    public String method() {
        return request.method().name();
    }

    @Override
    public String path() {
        String path = request.path();
        return path == null ? "" : path;
    }

    @Override
    public boolean isSecure() {
        return request.isSSL();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        var address = request.remoteAddress();
        return new InetSocketAddress(InetAddress.ofLiteral(address.hostAddress()), address.port());
    }

    @Override
    public List<String> headers(String name) {
        List<String> values = request.headers().getAll(name);
        // HTTP/2 has it elsewhere.
        return values.isEmpty() && name.equalsIgnoreCase("Host") && request.authority() != null
                ? List.of(request.authority().toString())
                : values;
    }
}
