package ai.robutler.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;

/** Documents of all kinds, by friends and by others. */
class DocumentReaderTest {
    private static final DocumentBounds SMALL =
            new DocumentBounds(1 << 20, 1 << 20, 10_000, 5, Duration.ofSeconds(30));

    private static DocumentText read(String name, byte[] bytes, DocumentBounds bounds)
            throws InterruptedException {
        return new DocumentWorker().read(DocumentReader.format(name).orElseThrow(), bytes, bounds);
    }

    private static DocumentText read(String name, byte[] bytes) throws InterruptedException {
        return read(name, bytes, DocumentBounds.usual());
    }

    private static DocumentText read(String name, String text) throws InterruptedException {
        return read(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private static DocumentText.Section section(String text, String... headings) {
        return new DocumentText.Section(List.of(headings), text);
    }

    @Test
    void markdownHasHeadingsAndCode() throws InterruptedException {
        DocumentText text =
                read(
                        "a.md",
                        """
                        ---
                        owner: alice
                        ---
                        # Guide ##
                        Hello.

                        Install
                        -------
                        ```
                        # no heading
                          indented
                        ```

                        # Other
                        Bye.
                        """);
        assertThat(text.title()).isEqualTo("Guide");
        assertThat(text.sections())
                .containsExactly(
                        section("Hello.", "Guide"),
                        section("```\n# no heading\n  indented\n```", "Guide", "Install"),
                        section("Bye.", "Other"));
    }

    @Test
    void textIsReadInItsEncoding() throws InterruptedException {
        for (Charset charset :
                List.of(
                        StandardCharsets.UTF_8,
                        StandardCharsets.UTF_16,
                        Charset.forName("windows-1252"))) {
            assertThat(read("a.txt", "Käse für alle".getBytes(charset)).sections())
                    .as(charset.name())
                    .containsExactly(section("Käse für alle"));
        }
    }

    @Test
    void htmlHasNeitherScriptsNorMenus() throws InterruptedException {
        DocumentText text =
                read(
                        "a.html",
                        """
                        <html><head><title>Ferries</title><script>alert(1)</script></head>
                        <body><nav>Home</nav><h1>Times</h1><p>At <b>nine</b>.</p>
                        <table><tr><td>Oslo</td><td>10</td></tr></table></body></html>""");
        assertThat(text.title()).isEqualTo("Ferries");
        assertThat(text.sections()).hasSize(1);
        assertThat(text.sections().getFirst().headings()).containsExactly("Times");
        assertThat(text.sections().getFirst().text())
                .contains("At nine.", "| Oslo | 10")
                .doesNotContain("alert", "Home");
    }

    @Test
    void pdfIsReadByPages() throws InterruptedException {
        assertThat(read("a.pdf", OfficeFiles.pdf("The harbour", "The airport")).sections())
                .containsExactly(
                        section("The harbour", "Page 1"), section("The airport", "Page 2"));
    }

    @Test
    void officeDocumentsAreRead() throws InterruptedException {
        byte[] docx =
                OfficeFiles.docx(
                        OfficeFiles.heading("Ferries")
                                + OfficeFiles.paragraph("At nine &amp; ten")
                                + "<w:p><w:del><w:r><w:t>never</w:t></w:r></w:del></w:p>");
        assertThat(read("a.docx", docx).sections())
                .containsExactly(section("At nine & ten", "Ferries"));
        assertThat(read("a.pptx", OfficeFiles.pptx("Ferries", "At nine")).sections())
                .containsExactly(section("At nine", "Ferries"));
        assertThat(read("a.xlsx", OfficeFiles.xlsx("Times", "Oslo", "nine")).sections())
                .containsExactly(section("Oslo | nine | 42.5", "Times"));
        assertThat(read("a.odt", OfficeFiles.odt("Ferries", "At nine")).sections())
                .containsExactly(section("At nine and more", "Ferries"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pdf", "docx", "pptx", "xlsx", "odt", "html", "md", "txt"})
    void garbageIsTold(String ending) throws InterruptedException {
        byte[] garbage = new byte[50_000];
        new Random(7).nextBytes(garbage);
        if (ending.equals("html")) {
            read("a." + ending, garbage);
            return;
        }
        assertThatThrownBy(() -> read("a." + ending, garbage))
                .isInstanceOf(DocumentException.class);
    }

    @Test
    void halfAFileIsTold() {
        byte[] pdf = OfficeFiles.pdf("The harbour");
        assertThatThrownBy(() -> read("a.pdf", Arrays.copyOf(pdf, 200)))
                .isInstanceOf(DocumentException.class);
        byte[] docx = OfficeFiles.docx(OfficeFiles.paragraph("text"));
        assertThatThrownBy(() -> read("a.docx", Arrays.copyOf(docx, docx.length / 2)))
                .isInstanceOf(DocumentException.class);
    }

    @Test
    void aLockedPdfIsTold() {
        assertThatThrownBy(() -> read("a.pdf", OfficeFiles.pdf("secret", new String[] {"x"})))
                .isInstanceOf(DocumentException.class)
                .hasMessageContaining("password");
    }

    @Test
    void whatUnpacksToTooMuchIsTold() {
        byte[] bomb = OfficeFiles.docx(OfficeFiles.paragraph("0".repeat(5 << 20)));
        assertThat(bomb.length).isLessThan(100_000);
        assertThatThrownBy(() -> read("a.docx", bomb, SMALL))
                .isInstanceOf(DocumentException.class)
                .hasMessageContaining("unpacks to too much");
        byte[] beside = OfficeFiles.zip(Map.of("other.bin", "0".repeat(5 << 20)));
        assertThatThrownBy(() -> read("a.docx", beside, SMALL))
                .hasMessageContaining("unpacks to too much");
    }

    @Test
    void noEntityIsResolved(@TempDir Path folder) throws Exception {
        Path secret = folder.resolve("secret.txt");
        Files.writeString(secret, "TOP SECRET");
        byte[] outside =
                OfficeFiles.docx(
                        "<!DOCTYPE d [<!ENTITY x SYSTEM '%s'>]>".formatted(secret.toUri()),
                        OfficeFiles.paragraph("&x;"));
        byte[] laughs =
                OfficeFiles.docx(
                        "<!DOCTYPE d [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]>",
                        OfficeFiles.paragraph("&b;"));
        for (byte[] each : List.of(outside, laughs)) {
            assertThatThrownBy(() -> read("a.docx", each))
                    .isInstanceOf(DocumentException.class)
                    .hasMessageNotContaining("SECRET");
        }
    }

    @Test
    void longDocumentsAreCutAndThatIsKnown() throws InterruptedException {
        DocumentText text = read("a.txt", "word ".repeat(10_000).getBytes(UTF), SMALL);
        assertThat(text.cut()).isTrue();
        assertThat(text.sections().getFirst().text()).hasSizeLessThanOrEqualTo(10_000);
        String[] pages = new String[8];
        Arrays.fill(pages, "page");
        DocumentText pdf = read("a.pdf", OfficeFiles.pdf(pages), SMALL);
        assertThat(pdf.cut()).isTrue();
        assertThat(pdf.sections()).hasSize(5);
    }

    private static final Charset UTF = StandardCharsets.UTF_8;

    @Test
    void textThatIsMadeToTakeLongDoesNot() throws InterruptedException {
        int many = 1_000_000;
        read("a.md", "# " + "#".repeat(many) + "x");
        read("a.txt", " ".repeat(many) + "x" + "\n \t".repeat(many / 3) + "y");
        read("a.html", "<div>".repeat(20_000) + "x");
        DocumentText line = read("a.txt", "x".repeat(many));
        List<DocumentChunks.Chunk> chunks = new DocumentChunks(400, 60).of(line);
        assertThat(chunks).hasSizeBetween(500, 1_000);
        DocumentText words = read("a.txt", "word ".repeat(many / 5));
        assertThat(new DocumentChunks(400, 60).of(words))
                .allMatch(chunk -> DocumentChunks.tokens(chunk.text()) <= 400);
    }

    @Test
    void oneThatNeverEndsIsLeftBehind() {
        var end = new CountDownLatch(1);
        DocumentReader.Format endless =
                (_, _, _) -> {
                    boolean waiting = true;
                    while (waiting) {
                        try {
                            waiting = !end.await(1, java.util.concurrent.TimeUnit.MINUTES);
                        } catch (InterruptedException e) {
                            // Does not listen.
                        }
                    }
                };
        var hasty = new DocumentBounds(10, 10, 10, 10, Duration.ofMillis(50));
        assertThatThrownBy(() -> new DocumentWorker().read(endless, new byte[0], hasty))
                .isInstanceOf(DocumentException.class)
                .hasMessageContaining("too long");
        end.countDown();
    }

    @Test
    void chunksOverlapAndKeepTheirHeadings() {
        String text = "One sentence of some words here. ".repeat(100);
        var document =
                new DocumentText(
                        "Guide", List.of(section(text.strip(), "Guide", "Install")), false);
        List<DocumentChunks.Chunk> chunks = new DocumentChunks(100, 20).of(document);
        assertThat(chunks).hasSizeGreaterThan(5);
        assertThat(chunks).allMatch(chunk -> chunk.headings().equals("Guide › Install"));
        assertThat(chunks)
                .allMatch(chunk -> DocumentChunks.tokens(chunk.text()) <= 100)
                .allMatch(chunk -> chunk.text().endsWith("."));
        int written = chunks.stream().mapToInt(chunk -> chunk.text().length()).sum();
        assertThat(written).isGreaterThan(text.length() + 200);
    }
}
