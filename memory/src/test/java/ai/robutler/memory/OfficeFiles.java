package ai.robutler.memory;

import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Documents as other programs write them. */
final class OfficeFiles {
    private static final String W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    private static final String A = "http://schemas.openxmlformats.org/drawingml/2006/main";

    private OfficeFiles() {}

    static byte[] zip(Map<String, String> parts) {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            for (var part : parts.entrySet()) {
                zip.putNextEntry(new ZipEntry(part.getKey()));
                zip.write(part.getValue().getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static byte[] docx(String body) {
        return docx("", body);
    }

    static byte[] docx(String before, String body) {
        return zip(
                Map.of(
                        "word/styles.xml",
                        "<w:styles xmlns:w='%s'><w:style w:styleId='berschrift1'><w:name w:val='heading 1'/></w:style></w:styles>"
                                .formatted(W),
                        "word/document.xml",
                        "<?xml version='1.0'?>%s<w:document xmlns:w='%s'><w:body>%s</w:body></w:document>"
                                .formatted(before, W, body)));
    }

    static String heading(String text) {
        return "<w:p><w:pPr><w:pStyle w:val='berschrift1'/></w:pPr><w:r><w:t>%s</w:t></w:r></w:p>"
                .formatted(text);
    }

    static String paragraph(String text) {
        return "<w:p><w:r><w:t>%s</w:t></w:r></w:p>".formatted(text);
    }

    static byte[] pptx(String title, String text) {
        return zip(
                Map.of(
                        "ppt/slides/slide1.xml",
                        """
                        <p:sld xmlns:p='urn:p' xmlns:a='%s'>
                        <p:sp><p:nvPr><p:ph type='title'/></p:nvPr><a:p><a:t>%s</a:t></a:p></p:sp>
                        <p:sp><a:p><a:r><a:t>%s</a:t></a:r></a:p></p:sp></p:sld>"""
                                .formatted(A, title, text)));
    }

    static byte[] xlsx(String sheet, String first, String second) {
        return zip(
                Map.of(
                        "xl/workbook.xml",
                        "<workbook><sheets><sheet name='%s' sheetId='1'/></sheets></workbook>"
                                .formatted(sheet),
                        "xl/sharedStrings.xml",
                        "<sst><si><t>%s</t></si><si><r><t>%s</t></r></si></sst>"
                                .formatted(first, second),
                        "xl/worksheets/sheet1.xml",
                        "<worksheet><sheetData><row><c t='s'><v>0</v></c><c t='s'><v>1</v></c>"
                                + "<c><v>42.5</v></c></row></sheetData></worksheet>"));
    }

    static byte[] odt(String heading, String text) {
        return zip(
                Map.of(
                        "content.xml",
                        """
                        <office:document xmlns:office='urn:o' xmlns:text='urn:t'><office:body>
                        <text:h text:outline-level='1'>%s</text:h>
                        <text:p>%s<text:span> and more</text:span></text:p>
                        </office:body></office:document>"""
                                .formatted(heading, text)));
    }

    static byte[] pdf(String... pages) {
        return pdf("", pages);
    }

    static byte[] pdf(String password, String[] pages) {
        var bytes = new ByteArrayOutputStream();
        try (var document = new PDDocument()) {
            for (String text : pages) {
                var page = new PDPage();
                document.addPage(page);
                try (var content = new PDPageContentStream(document, page)) {
                    content.beginText();
                    content.setFont(new PDType1Font(Standard14Fonts.FontName.HELVETICA), 12);
                    content.newLineAtOffset(50, 700);
                    content.showText(text);
                    content.endText();
                }
            }
            if (!password.isEmpty()) {
                document.protect(
                        new StandardProtectionPolicy(password, password, new AccessPermission()));
            }
            document.save(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
