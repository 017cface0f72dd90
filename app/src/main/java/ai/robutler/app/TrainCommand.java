package ai.robutler.app;

import ai.robutler.core.Agent;
import ai.robutler.models.Catalog;
import ai.robutler.server.RobutlerServer;
import ai.robutler.store.SqliteLibrary;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Serves for a moment and asks itself what clients ask, so that the virtual machine can keep what
 * it has loaded by then for faster starts. Hidden: the launcher's business.
 */
final class TrainCommand implements Command {
    private static final Logger LOG = LoggerFactory.getLogger(TrainCommand.class);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String TOKEN_HEADER = "X-Payment-Token";
    private static final String QUESTION =
            "{\"messages\":[{\"role\":\"user\",\"content\":\"What is 17 * 23?\"}],\"stream\":%s}";

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Specs.command("train", "Prepares faster starts.");
        Specs.optionalArgument(spec, "FOLDER", "Where native libraries are put for later starts.");
        spec.usageMessage().hidden(true);
        return spec;
    }

    @Override
    public int run(ParseResult parsed, Io io) throws InterruptedException {
        Path folder;
        try {
            for (String natives : Specs.paths(parsed)) {
                SqliteLibrary.unpack(Path.of(natives));
            }
            folder = Files.createTempDirectory("robutler-train");
        } catch (IOException e) {
            io.err().println("training failed: " + e.getMessage());
            return FAILED;
        }
        try {
            return train(folder, io);
        } finally {
            delete(folder);
        }
    }

    /** What was kept meanwhile is of no use to anybody. */
    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().deleteOnExit());
        } catch (IOException e) {
            LOG.debug("{} stays", folder, e);
        }
    }

    private static int train(Path folder, Io io) throws InterruptedException {
        try (Served simple = Served.at(folder.resolve("simple"), List.of(), Map.of(), io)) {
            List<Agent> agents = simple.setup().agents();
            for (Agent agent : agents) {
                ask(simple.url() + "/health", "");
                ask(simple.url() + "/" + agent.name(), "");
                talk(simple.url() + "/" + agent.name());
            }
            if (!agents.isEmpty()) {
                // Whoever speaks the dialect of OpenAI is a provider: this server is one, too.
                paid(folder, simple.url() + "/" + agents.getFirst().name(), io);
            }
            // Nobody asked for it so far, and the first call of a real model does.
            List<String> _ = Catalog.builtIn().names();
        } catch (IOException | RuntimeException e) {
            io.err().println("training failed: " + e.getMessage());
            return FAILED;
        }
        return OK;
    }

    /** An agent with a model of a provider, for whose work a caller with a key pays. */
    private static void paid(Path folder, String provider, Io io)
            throws IOException, InterruptedException {
        Path agents = Files.createDirectory(folder.resolve("agents"));
        Files.writeString(
                agents.resolve("paid.md"),
                """
                ---
                owner: owner
                model: openai/gpt-4o-mini
                price: { request: 0.01, margin: 10 }
                ---
                You answer.
                """);
        Path data = folder.resolve("paid");
        String key = said(io, data, "key", "create", "--user", "caller");
        String _ = said(io, data, "account", "credit", "caller", "100");
        String token = said(io, data, "token", "issue", "caller", "--limit", "10");
        var environment = Map.of("OPENAI_API_KEY", "none", "OPENAI_BASE_URL", provider);
        try (Served served = Served.at(data, List.of(agents.toString()), environment, io)) {
            talk(served.url() + "/paid", "Authorization", "Bearer " + key, TOKEN_HEADER, token);
            ask(served.url() + "/health/detailed", "");
        }
    }

    /** The first line of what a command says. */
    private static String said(Io io, Path data, String... command) throws IOException {
        var arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of(Option.DATA.flag(), data.toString()));
        var out = new ByteArrayOutputStream();
        var own =
                new Io(
                        io.in(),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(
                                OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                        new Environment(Map.of()),
                        io.home());
        int code = Main.run(arguments.toArray(String[]::new), own);
        if (code != OK) {
            throw new IOException(String.join(" ", command) + " ended with " + code);
        }
        return out.toString(StandardCharsets.UTF_8).lines().findFirst().orElse("");
    }

    private static void talk(String agent, String... headers)
            throws IOException, InterruptedException {
        ask(agent + "/chat/completions", QUESTION.formatted(false), headers);
        ask(agent + "/chat/completions", QUESTION.formatted(true), headers);
    }

    private static void ask(String url, String body, String... headers)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create(url))
                        .version(HttpClient.Version.HTTP_1_1)
                        .timeout(PATIENCE);
        if (headers.length > 0) {
            request.headers(headers);
        }
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body));
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            client.send(request.build(), BodyHandlers.ofString());
        }
    }

    /** A server that is up, with those agents that are sound: a wrong one makes no start slower. */
    private record Served(Setup setup, RobutlerServer server) implements AutoCloseable {
        static Served at(Path data, List<String> agents, Map<String, String> environment, Io io) {
            var flags = Map.of(Option.PORT.flag(), "0", Option.DATA.flag(), data.toString());
            var own = new Io(io.in(), io.out(), io.err(), new Environment(environment), io.home());
            Setup setup = Setup.read(flags, agents, own, new Findings(), true);
            RobutlerServer server = ServeCommand.server(setup);
            server.start();
            return new Served(setup, server);
        }

        String url() {
            return server.url();
        }

        @Override
        public void close() {
            server.close();
            setup.close();
        }
    }
}
