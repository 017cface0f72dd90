package ai.robutler.memory;

import static org.assertj.core.api.Assertions.assertThat;

import ai.robutler.core.Agent;
import ai.robutler.core.Json;
import ai.robutler.core.Providers;
import ai.robutler.core.Settings;
import ai.robutler.server.RobutlerServer;
import ai.robutler.store.Database;
import ai.robutler.store.TestDatabase;
import ai.robutler.testkit.Call;
import ai.robutler.testkit.Reply;
import ai.robutler.testkit.ScriptedProvider;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An agent with documents, over HTTP on both sides. */
class KnowledgeSkillTest {
    private final ScriptedProvider provider = ScriptedProvider.start();
    private final TestDatabase test = TestDatabase.create(Database.Kind.SQLITE);
    private final List<AutoCloseable> open = new ArrayList<>();

    @TempDir Path folder;

    @BeforeEach
    void documents() {
        write("ferries.md", "# Ferries\n## Oslo\nThe ferry to Oslo leaves at a quarter past nine.");
        write("trains.md", "# Trains\nThe train to Bergen leaves at ten.");
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
        provider.close();
        test.close();
    }

    private void write(String path, String text) {
        KnowledgeSite.write(folder, path, text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private <T extends AutoCloseable> T opened(T part) {
        open.add(part);
        return part;
    }

    private String serve(String more) {
        var openai = Json.object().put("base-url", provider.baseUrl()).put("api-key", "sk-test");
        ObjectNode all = Json.object();
        all.set("openai", openai);
        Providers providers = opened(Providers.configure(Settings.of(all, _ -> "")));
        KnowledgeBase base =
                opened(KnowledgeBase.of(test.database(), Optional.empty(), Optional.empty()));
        var values = Json.parseObject("{\"rescan\": \"100ms\"" + more + "}");
        values.putArray("folders").add(folder.toString());
        var settings = Settings.of(values, _ -> "");
        Object skill = new KnowledgeSkillFactory(Optional.of(base)).create(settings);
        assertThat(settings.problems()).isEmpty();
        Agent agent =
                Agent.builder("guide")
                        .instructions("You know the timetable.")
                        .providers(providers)
                        .model("openai/m")
                        .skill("knowledge", skill)
                        .build();
        agent.start();
        open.add(agent);
        KnowledgeFolder first =
                KnowledgeSite.read(folder, "\"rescan\": \"100ms\"").folders().getFirst();
        KnowledgeSite.until(
                () ->
                        base.refresh()
                                && base.search(java.util.Set.of(first.id()), "leaves", 5).size()
                                        == 2);
        RobutlerServer server =
                opened(RobutlerServer.builder().port(0).agent(agent).build().start());
        return server.url() + "/guide/chat/completions";
    }

    private static String post(String url, String body) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response =
                    client.send(
                            HttpRequest.newBuilder(URI.create(url))
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString(body))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return response.body();
        }
    }

    private static String ask(boolean stream) {
        return "{\"messages\":[{\"role\":\"user\",\"content\":\"When does the ferry leave?\"}],\"stream\":%s}"
                .formatted(stream);
    }

    private void searchThenSay(String answer) {
        provider.answer(
                        Reply.calls(
                                Call.of(
                                        "search_knowledge",
                                        "{\"query\":\"ferry Oslo\",\"top_k\":2}")))
                .answer(answer);
    }

    @Test
    void answersCarryTheSourcesThatTheyName() throws Exception {
        String url = serve("");
        searchThenSay("At a quarter past nine [1].");
        JsonNode message = Json.parse(post(url, ask(false))).at("/choices/0/message");
        JsonNode annotation = message.at("/annotations/0");
        assertThat(message.path("annotations").size()).isEqualTo(1);
        assertThat(annotation.path("type").asString()).isEqualTo("url_citation");
        JsonNode citation = annotation.path("url_citation");
        assertThat(citation.path("url").asString()).isEqualTo(folder.getFileName() + "/ferries.md");
        assertThat(citation.path("title").asString()).isEqualTo("Ferries › Oslo");
        int from = citation.path("start_index").asInt();
        int to = citation.path("end_index").asInt();
        assertThat(message.path("content").asString().substring(from, to)).isEqualTo("[1]");
        JsonNode result = provider.requests().get(1).json().path("messages");
        assertThat(result.get(result.size() - 1).path("content").asString())
                .contains("quarter past nine", "\"source\":1")
                .doesNotContain(folder.toString());
    }

    @Test
    void streamsCarryTheSourcesBeforeTheirEnd() throws Exception {
        String url = serve(", \"url\": \"https://docs.example.com/t\"");
        searchThenSay("The ferry to Oslo leaves at a quarter past nine.");
        List<JsonNode> chunks =
                post(url, ask(true))
                        .lines()
                        .filter(line -> line.startsWith("data: {"))
                        .map(line -> Json.parse(line.substring(6)))
                        .toList();
        List<JsonNode> annotated =
                chunks.stream()
                        .map(chunk -> chunk.at("/choices/0/delta/annotations"))
                        .filter(JsonNode::isArray)
                        .toList();
        assertThat(annotated).hasSize(1);
        assertThat(annotated.getFirst().at("/0/url_citation/url").asString())
                .isEqualTo("https://docs.example.com/t/ferries.md");
        assertThat(annotated.getFirst().size()).isEqualTo(1);
    }

    @Test
    void answersWithoutSourcesCarryNone() throws Exception {
        String url = serve("");
        searchThenSay("I do not know.");
        JsonNode message = Json.parse(post(url, ask(false))).at("/choices/0/message");
        assertThat(message.has("annotations")).isFalse();
        provider.answer("Hello [1].");
        JsonNode other = Json.parse(post(url, ask(false))).at("/choices/0/message");
        assertThat(other.has("annotations")).isFalse();
    }

    @Test
    void passagesArePutBeforeTheModelWhereThatIsWanted() throws Exception {
        String url = serve(", \"prompt\": true, \"prompt-tokens\": 100");
        provider.answer("At a quarter past nine [1].");
        JsonNode message = Json.parse(post(url, ask(false))).at("/choices/0/message");
        JsonNode system = provider.requests().getFirst().json().at("/messages/0");
        assertThat(system.path("role").asString()).isEqualTo("system");
        assertThat(system.path("content").asString())
                .contains("You know the timetable.", "[1] Ferries", "quarter past nine");
        assertThat(message.path("annotations").size()).isEqualTo(1);
    }

    @Test
    void settingsAreChecked() {
        var settings =
                Settings.of(
                        Json.parseObject(
                                "{\"folder\": \"docs\", \"top-k\": 0, \"include\": [\"[\"], \"chunk-tokens\": 100, \"overlap-tokens\": 90}"),
                        _ -> "");
        var _ = new KnowledgeSkillFactory(Optional.empty()).create(settings);
        assertThat(settings.problems())
                .extracting(Settings.Problem::path)
                .contains("/folders", "/folder", "/top-k", "/include", "/overlap-tokens");
    }
}
