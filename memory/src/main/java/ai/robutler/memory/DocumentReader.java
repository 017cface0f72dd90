package ai.robutler.memory;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads documents by their kind. */
final class DocumentReader {
    /** Raised when documents are read otherwise: all are read again then. */
    static final int VERSION = 1;

    /** One kind of document. */
    @FunctionalInterface
    interface Format {
        void read(byte[] bytes, DocumentBounds bounds, DocumentWriter to) throws IOException;
    }

    private static final Map<String, Format> BY_ENDING =
            Map.ofEntries(
                    Map.entry("txt", PlainText::read),
                    Map.entry("text", PlainText::read),
                    Map.entry("log", PlainText::read),
                    Map.entry("csv", PlainText::read),
                    Map.entry("rst", PlainText::read),
                    Map.entry("adoc", PlainText::read),
                    Map.entry("md", Markdown::read),
                    Map.entry("markdown", Markdown::read),
                    Map.entry("html", HtmlDocument::read),
                    Map.entry("htm", HtmlDocument::read),
                    Map.entry("xhtml", HtmlDocument::read),
                    Map.entry("pdf", PdfDocument::read),
                    Map.entry("docx", WordDocument::read),
                    Map.entry("pptx", SlideDocument::read),
                    Map.entry("xlsx", SheetDocument::read),
                    Map.entry("odt", OpenDocument::read),
                    Map.entry("ods", OpenDocument::read),
                    Map.entry("odp", OpenDocument::read));

    private DocumentReader() {}

    static Set<String> endings() {
        return BY_ENDING.keySet();
    }

    /** Empty for files that are no documents. */
    static Optional<Format> format(String fileName) {
        int dot = fileName.lastIndexOf('.');
        String ending = fileName.substring(dot + 1).toLowerCase(Locale.ROOT);
        return Optional.ofNullable(dot < 0 ? null : BY_ENDING.get(ending));
    }

    /**
     * What the document says. Takes no longer than until its thread is interrupted, as far as the
     * formats' libraries look.
     *
     * @throws DocumentException if it cannot be read
     */
    static DocumentText read(Format format, byte[] bytes, DocumentBounds bounds) {
        var writer = new DocumentWriter(bounds);
        try {
            format.read(bytes, bounds, writer);
        } catch (DocumentWriter.Full _) {
            // What came before is the document.
        } catch (DocumentException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new DocumentException("it is damaged, or not what its name says", e);
        } catch (StackOverflowError e) {
            throw new DocumentException("it is nested too deeply", e);
        }
        return writer.whole();
    }
}
