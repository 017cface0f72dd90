package ai.robutler.app;

import ai.robutler.core.Agent;
import ai.robutler.server.PortTakenException;
import ai.robutler.server.RobutlerServer;
import ai.robutler.server.ServerBuilder;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Serves agents over HTTP until it is told to stop. */
final class ServeCommand implements Command {
    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);
    private static final Duration CLOSING = Duration.ofSeconds(10);

    @Override
    public CommandSpec spec() {
        var spec = Specs.command("serve", "Serves agents over HTTP.");
        return Specs.withPaths(Specs.withConfig(spec, Option.ALL));
    }

    @Override
    public int run(ParseResult parsed, Io io) throws InterruptedException {
        var findings = new Findings();
        try (Setup setup = Setup.serving(parsed, Specs.paths(parsed), io, findings)) {
            setup.requireSafe(findings);
            io.show(findings);
            if (!findings.isClean()) {
                io.err().println("Not started: mend the above, then try again.");
                return WRONG;
            }
            return serve(setup, io);
        }
    }

    private static int serve(Setup setup, Io io) throws InterruptedException {
        RobutlerServer server = server(setup);
        try {
            server.start();
            setup.platform()
                    .ifPresent(
                            platform -> {
                                platform.servedAt(server.url());
                                platform.lists(
                                        setup.fleet()::all,
                                        setup.config().value(Option.URL_PREFIX).value());
                            });
        } catch (PortTakenException e) {
            io.err().println(e.getMessage());
            return FAILED;
        } catch (UncheckedIOException | IllegalArgumentException e) {
            io.err()
                    .println(
                            "The server cannot start: "
                                    + Redaction.mask(String.valueOf(e.getMessage())));
            return FAILED;
        }
        setup.fleet().serve();
        try (AgentWatch _ = AgentWatch.start(setup.fleet())) {
            Runtime.getRuntime().addShutdownHook(stopping(server, setup, io));
            io.out().println(ready(server, setup));
            new CountDownLatch(1).await();
        }
        return OK;
    }

    static RobutlerServer server(Setup setup) {
        Fleet fleet = setup.fleet();
        ServerBuilder builder =
                setup.server()
                        .builder()
                        .agents(fleet)
                        .health(new AgentFilesHealth(fleet))
                        .providers(setup.providers()::health);
        setup.platform()
                .ifPresent(
                        platform ->
                                platform.serve(
                                        builder, name -> fleet.find(name).map(Agent::owner)));
        return builder.build();
    }

    private static String ready(RobutlerServer server, Setup setup) {
        String model = setup.model().isEmpty() ? "" : ", model " + setup.model();
        int agents = setup.agents().size();
        return "Robutler ready on %s  (%s%s)"
                .formatted(server.url(), CheckCommand.count(agents, "agent"), model);
    }

    /** A signal ends the machine's work in order, and that is success. */
    private static Thread stopping(RobutlerServer server, Setup setup, Io io) {
        return Thread.ofPlatform()
                .name("stop")
                .unstarted(
                        () -> {
                            server.close();
                            close(setup);
                            io.out().flush();
                            Runtime.getRuntime().halt(OK);
                        });
    }

    /** What skills hold, child processes too, must not outlive the program. */
    private static void close(Setup setup) {
        Thread closing = Thread.ofPlatform().daemon().name("close").unstarted(setup::close);
        closing.setUncaughtExceptionHandler(
                (_, e) -> LOG.warn("not everything could be closed in order", e));
        closing.start();
        try {
            if (!closing.join(CLOSING)) {
                LOG.warn("not everything was closed within {} s", CLOSING.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
