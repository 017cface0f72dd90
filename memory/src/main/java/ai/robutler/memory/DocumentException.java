package ai.robutler.memory;

import org.jspecify.annotations.Nullable;

/** A document that cannot be read; the message says why, and holds nothing of its content. */
final class DocumentException extends RuntimeException {
    DocumentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
