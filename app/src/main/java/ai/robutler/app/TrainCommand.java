package ai.robutler.app;

import ai.robutler.models.Catalog;
import ai.robutler.server.RobutlerServer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
    private static final String QUESTION =
            "{\"messages\":[{\"role\":\"user\",\"content\":\"What is 17 * 23?\"}],\"stream\":%s}";

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Specs.command("train", "Prepares faster starts.");
        spec.usageMessage().hidden(true);
        return spec;
    }

    @Override
    public int run(ParseResult parsed, Io io) throws InterruptedException {
        Path data;
        try {
            data = Files.createTempDirectory("robutler-train");
        } catch (IOException e) {
            io.err().println("training failed: " + e.getMessage());
            return FAILED;
        }
        try {
            return train(data, io);
        } finally {
            delete(data);
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

    private static int train(Path data, Io io) throws InterruptedException {
        var findings = new Findings();
        var flags = Map.of(Option.PORT.flag(), "0", Option.DATA.flag(), data.toString());
        var offline = new Io(io.in(), io.out(), io.err(), new Environment(Map.of()), io.home());
        try (Setup setup = Setup.read(flags, List.of(), offline, findings, true);
                RobutlerServer server = ServeCommand.server(setup)) {
            server.start();
            for (var agent : setup.agents()) {
                ask(server.url() + "/health", "");
                ask(server.url() + "/" + agent.name(), "");
                String chat = server.url() + "/" + agent.name() + "/chat/completions";
                ask(chat, QUESTION.formatted(false));
                ask(chat, QUESTION.formatted(true));
            }
            // Nobody asked for it so far, and the first call of a real model does.
            List<String> _ = Catalog.builtIn().names();
        } catch (IOException | RuntimeException e) {
            io.err().println("training failed: " + e.getMessage());
            return FAILED;
        }
        return OK;
    }

    private static void ask(String url, String body) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create(url))
                        .version(HttpClient.Version.HTTP_1_1)
                        .timeout(PATIENCE);
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body));
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            client.send(request.build(), BodyHandlers.ofString());
        }
    }
}
