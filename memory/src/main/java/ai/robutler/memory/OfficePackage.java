package ai.robutler.memory;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * The parts of an office document: XML in a ZIP file. Nothing is written to a disk, nothing outside
 * is asked for, and no more is unpacked than the bounds allow, whatever the file says of its size.
 */
record OfficePackage(Map<String, byte[]> parts) {
    private static final int MOST_ENTRIES = 10_000;
    private static final int PIECE = 8_192;

    /**
     * @param wanted by the name of a part
     */
    static OfficePackage of(byte[] bytes, DocumentBounds bounds, Predicate<String> wanted)
            throws IOException {
        var parts = new HashMap<String, byte[]>();
        long left = bounds.inflated();
        int entries = 0;
        try (var zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (++entries > MOST_ENTRIES) {
                    throw new DocumentException("it has too many parts", null);
                }
                boolean keep = wanted.test(entry.getName());
                var part = new ByteArrayOutputStream();
                byte[] piece = new byte[PIECE];
                for (int read = zip.read(piece); read >= 0; read = zip.read(piece)) {
                    DocumentWriter.checkTime();
                    left -= read;
                    if (left < 0) {
                        throw new DocumentException("it unpacks to too much", null);
                    }
                    if (keep) {
                        part.write(piece, 0, read);
                    }
                }
                if (keep) {
                    parts.putIfAbsent(entry.getName(), part.toByteArray());
                }
            }
        }
        if (entries == 0) {
            throw new DocumentException("it is damaged, or not what its name says", null);
        }
        return new OfficePackage(parts);
    }

    /** What is done at each event of a part's XML. */
    @FunctionalInterface
    interface Events {
        void at(XMLStreamReader xml) throws XMLStreamException;
    }

    /** Reads a part that must be there. */
    void read(String part, Events events) throws IOException {
        if (!readIfThere(part, events)) {
            throw new DocumentException("it is damaged, or not what its name says", null);
        }
    }

    boolean readIfThere(String part, Events events) throws IOException {
        Optional<byte[]> bytes = Optional.ofNullable(parts.get(part));
        if (bytes.isEmpty()) {
            return false;
        }
        try {
            XMLStreamReader xml =
                    factory().createXMLStreamReader(new ByteArrayInputStream(bytes.get()));
            while (xml.hasNext()) {
                xml.next();
                events.at(xml);
            }
            return true;
        } catch (XMLStreamException e) {
            throw new IOException(e);
        }
    }

    /** Knows no document types, no entities but XML's own, and no other files. */
    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setXMLResolver(
                (_, _, _, _) -> {
                    throw new XMLStreamException("nothing outside is read");
                });
        return factory;
    }

    /** An attribute by its name without prefix, "" where there is none. */
    static String attribute(XMLStreamReader xml, String name) {
        for (int i = 0; i < xml.getAttributeCount(); i++) {
            if (xml.getAttributeLocalName(i).equals(name)) {
                return xml.getAttributeValue(i);
            }
        }
        return "";
    }
}
