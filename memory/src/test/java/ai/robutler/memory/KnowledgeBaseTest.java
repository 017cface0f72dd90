package ai.robutler.memory;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.store.Database;
import ai.robutler.store.EachDatabase;
import ai.robutler.store.TestDatabase;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

@EachDatabase(migrated = {"store", "search", "knowledge"})
class KnowledgeBaseTest {
    private final TestDatabase test;
    private KnowledgeSite site;

    @TempDir Path folder;

    KnowledgeBaseTest(TestDatabase test) {
        this.test = test;
    }

    @BeforeEach
    void open() {
        site = new KnowledgeSite(test.database(), folder);
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void documentsAreFoundChangedAndForgottenWhileServing() throws IOException {
        site.write("guide.md", "# Ferries\nThe ferry leaves at nine.");
        site.write("sub/trains.txt", "The train leaves at ten.");
        site.write("picture.png", "ferry");
        site.write(".git/notes.md", "ferry");
        site.follow();
        KnowledgeSite.until(() -> site.find("ferry").equals(List.of("guide.md")));
        assertThat(site.find("train")).containsExactly("sub/trains.txt");
        site.write("guide.md", "# Ferries\nThe hydrofoil is out of service.");
        KnowledgeSite.until(() -> site.find("hydrofoil").equals(List.of("guide.md")));
        assertThat(site.find("nine")).isEmpty();
        Files.delete(folder.resolve("guide.md"));
        KnowledgeSite.until(() -> site.find("hydrofoil").isEmpty());
        assertThat(site.find("train")).containsExactly("sub/trains.txt");
    }

    @Test
    void brokenDocumentsAreToldAndKeepNoOtherFromBeingFound() {
        site.write("a.pdf", "no pdf");
        site.write("b.docx", OfficeFiles.docx("<!DOCTYPE d [<!ENTITY x 'y'>]>", "&x;"));
        site.write("c.md", "The ferry leaves at nine.");
        site.write("d.txt", "");
        site.follow();
        KnowledgeSite.until(() -> site.find("ferry").equals(List.of("c.md")));
        KnowledgeSite.until(() -> site.status().broken().size() == 3);
        assertThat(site.status().broken())
                .extracting(FolderStatus.Broken::path)
                .containsExactly("a.pdf", "b.docx", "d.txt");
        site.write("a.pdf", OfficeFiles.pdf("The pilot boat leaves at noon"));
        KnowledgeSite.until(() -> site.find("pilot").equals(List.of("a.pdf")));
        assertThat(site.status().documents()).isEqualTo(4);
    }

    @Test
    void whatIsTheSameIsNotReadAgain() throws Exception {
        site.base.migrate();
        for (int i = 0; i < 40; i++) {
            site.write("n" + i + ".md", "Note number " + i);
            age("n" + i + ".md");
        }
        assertThat(scan().read()).isEqualTo(40);
        assertThat(scan().read()).isZero();
        Files.setLastModifiedTime(
                folder.resolve("n7.md"), FileTime.from(Instant.parse("2021-01-01T00:00:00Z")));
        assertThat(scan().read()).isZero();
        site.write("n7.md", "Note number seven");
        assertThat(scan().read()).isEqualTo(1);
    }

    private void age(String path) throws IOException {
        Files.setLastModifiedTime(
                folder.resolve(path), FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
    }

    private KnowledgeScan.Outcome scan() throws InterruptedException {
        return new KnowledgeScan(test.database(), new DocumentWorker(), site.settings)
                .run((_, _) -> true);
    }

    @Test
    void aFolderThatIsGoneForgetsNothing() throws IOException {
        Path below = folder.resolve("docs");
        site.close();
        site = new KnowledgeSite(test.database(), below);
        site.write("guide.md", "The ferry leaves at nine.");
        site.follow();
        KnowledgeSite.until(() -> site.find("ferry").equals(List.of("guide.md")));
        Files.move(below, folder.resolve("elsewhere"));
        KnowledgeSite.until(() -> !site.base.troubles().isEmpty());
        assertThat(site.base.troubles().getFirst()).contains("no folder");
        assertThat(site.find("ferry")).containsExactly("guide.md");
        Files.move(folder.resolve("elsewhere"), below);
        KnowledgeSite.until(() -> site.base.troubles().isEmpty());
    }

    @Test
    void oneNodeReadsAndAllFind() {
        try (Database database = test.open();
                var other = new KnowledgeSite(database, folder)) {
            for (int i = 0; i < 30; i++) {
                site.write("n" + i + ".md", "Ferry number " + i);
            }
            site.follow();
            other.follow();
            KnowledgeSite.until(() -> other.find("ferry number 17").contains("n17.md"));
            KnowledgeSite.until(() -> site.find("ferry number 17").contains("n17.md"));
            site.close();
            other.write("late.md", "The hydrofoil");
            KnowledgeSite.until(() -> other.find("hydrofoil").equals(List.of("late.md")));
        }
    }

    @Test
    void foldersOfOtherAgentsAreNotSearched(@TempDir Path others) {
        site.write("guide.md", "The ferry leaves at nine.");
        KnowledgeSite.write(
                others, "secret.md", "The ferry is a submarine.".getBytes(StandardCharsets.UTF_8));
        KnowledgeFolder secret =
                KnowledgeSite.read(others, "\"rescan\": \"100ms\"").folders().getFirst();
        site.base.follow(secret);
        site.follow();
        KnowledgeSite.until(
                () -> site.base.search(Set.of(secret.id()), "submarine", 5).size() == 1);
        KnowledgeSite.until(() -> site.find("ferry").equals(List.of("guide.md")));
        assertThat(site.find("submarine")).isEmpty();
        assertThat(site.base.search(Set.of(), "ferry", 5)).isEmpty();
    }

    @Test
    void aKillDuringTheReadingLeavesNothingHalfAndTheRestIsReadLater() throws Exception {
        int files = 300;
        for (int i = 0; i < files; i++) {
            site.write("n" + i + ".md", ("# Part\nFerry number " + i + ". ").repeat(8));
            age("n" + i + ".md");
        }
        site.base.migrate();
        Process child = child();
        KnowledgeSite.until(() -> site.status().documents() > 60);
        child.destroyForcibly();
        assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
        int done = site.status().documents();
        assertThat(done).isLessThan(files);
        assertWhole();
        var told = new ArrayList<String>();
        site.base.name(List.of(site.settings));
        assertThat(site.base.ingest(told::add)).as(told.toString()).isTrue();
        assertWhole();
        assertThat(site.status().documents()).isEqualTo(files);
        assertThat(scan().read()).isZero();
        assertThat(site.find("ferry number 299")).contains("n299.md");
    }

    private void assertWhole() {
        int halves =
                test.database()
                        .read(
                                handle ->
                                        handle.select(
                                                        "SELECT count(*) FROM knowledge_documents d"
                                                                + " WHERE chunks <> (SELECT count(*) FROM"
                                                                + " knowledge_chunks c WHERE c.document = d.id)")
                                                .mapTo(Integer.class)
                                                .one());
        assertThat(halves).isZero();
    }

    private Process child() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Reading.class.getName(),
                        test.options().url(),
                        test.options().user(),
                        test.options().password(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Reads the folder until it is killed, one document at a time. */
    static final class Reading {
        public static void main(String[] args) throws InterruptedException {
            Database database =
                    Database.open(
                            ai.robutler.store.DatabaseOptions.of(args[0])
                                    .withUser(args[1], args[2]));
            KnowledgeFolder folder =
                    KnowledgeSite.read(Path.of(args[3]), "\"rescan\": \"100ms\"")
                            .folders()
                            .getFirst();
            var base =
                    KnowledgeBase.of(
                            database, java.util.Optional.empty(), java.util.Optional.empty());
            if (!KnowledgeFollower.lease(base, folder).take()) {
                throw new IllegalStateException("another has the folder");
            }
            new KnowledgeScan(database, new DocumentWorker(), folder)
                    .run(
                            (_, _) -> {
                                // Slow enough to be killed in the middle.
                                Thread.sleep(5);
                                return true;
                            });
            Thread.sleep(java.time.Duration.ofMinutes(2));
        }
    }
}
