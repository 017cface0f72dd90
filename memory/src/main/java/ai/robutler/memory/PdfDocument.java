package ai.robutler.memory;

import org.apache.pdfbox.Loader;
import org.apache.pdfbox.io.MemoryUsageSetting;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentInformation;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.pdfbox.text.PDFTextStripper;

import java.io.IOException;

/** A PDF's text, page by page. Pictures of text are not read. */
final class PdfDocument {
    private static final long MEMORY = 64L << 20;
    private static final long STORAGE = 512L << 20;

    private PdfDocument() {}

    static void read(byte[] bytes, DocumentBounds bounds, DocumentWriter to) throws IOException {
        var memory = MemoryUsageSetting.setupMixed(MEMORY, STORAGE);
        try (PDDocument document =
                Loader.loadPDF(
                        new RandomAccessReadBuffer(bytes), "", null, null, memory.streamCache)) {
            PDDocumentInformation about = document.getDocumentInformation();
            String title = about == null ? null : about.getTitle();
            if (title != null) {
                to.title(title);
            }
            pages(document, bounds, to);
        } catch (InvalidPasswordException e) {
            throw new DocumentException("it is locked by a password", e);
        }
    }

    private static void pages(PDDocument document, DocumentBounds bounds, DocumentWriter to)
            throws IOException {
        var stripper = new PDFTextStripper();
        stripper.setSortByPosition(false);
        int pages = document.getNumberOfPages();
        for (int page = 1; page <= pages; page++) {
            if (page > bounds.pages()) {
                to.stop();
            }
            DocumentWriter.checkTime();
            stripper.setStartPage(page);
            stripper.setEndPage(page);
            String text = stripper.getText(document);
            if (!text.isBlank()) {
                to.heading(1, "Page " + page);
                to.paragraph(text);
            }
        }
    }
}
