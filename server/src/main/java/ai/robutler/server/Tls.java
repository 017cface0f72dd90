package ai.robutler.server;

import java.nio.file.Path;

/** The certificate of a server, and its key. */
public sealed interface Tls {

    /** Two PEM files: the certificate with its chain, and the private key (PKCS #8). */
    record Pem(Path certificate, Path key) implements Tls {}

    /** A PKCS #12 file with one key. */
    record Pkcs12(Path file, String password) implements Tls {
        @Override
        public String toString() {
            return "Pkcs12[" + file + "]";
        }
    }
}
