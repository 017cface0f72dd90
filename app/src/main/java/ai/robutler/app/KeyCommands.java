package ai.robutler.app;

import ai.robutler.core.Budget;
import ai.robutler.core.Cost;
import ai.robutler.identity.ApiKey;
import ai.robutler.identity.CreatedApiKey;
import ai.robutler.identity.NewApiKey;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** {@code robutler key create | list | revoke}: API keys. */
final class KeyCommands {
    private KeyCommands() {}

    static Command group() {
        return new CommandGroup(
                "key",
                "Makes, lists and revokes API keys.",
                List.of(new Create(), new ShowAll(), new Revoke()));
    }

    /** Makes a key and shows it, this once. */
    private static final class Create implements Command {
        @Override
        public CommandSpec spec() {
            CommandSpec spec =
                    Specs.command("create", "Makes an API key; its secret is shown once.");
            Specs.required(spec, "--user", "USER", "For whom the key stands.");
            Specs.text(spec, "--name", "TEXT", "What it is for.");
            Specs.texts(
                    spec, "--scope", "SCOPE", "What it grants, such as admin; may be repeated.");
            Specs.texts(
                    spec,
                    "--agent",
                    "AGENT",
                    "An agent it is good for; may be repeated. Default: all.");
            Specs.texts(
                    spec,
                    "--budget",
                    "PERIOD=USD",
                    "What may be spent with it per run, day, month or in total, as in day=5; may be"
                            + " repeated.");
            Specs.text(spec, "--expires", "TIME", "When it ends, such as 30d. Default: never.");
            return Specs.withConfig(spec, Keeper.OPTIONS);
        }

        @Override
        public int run(ParseResult parsed, Io io) throws InterruptedException {
            return Keeper.withKeys(
                    parsed,
                    io,
                    keys -> {
                        CreatedApiKey created = keys.create(wanted(parsed));
                        io.out().println(created.secret());
                        io.err()
                                .println(
                                        "This is the key of "
                                                + created.key().user()
                                                + ". It is not shown again: keep it where secrets"
                                                + " are kept.");
                        return OK;
                    });
        }

        private static NewApiKey wanted(ParseResult parsed) {
            var budgets = new ArrayList<Budget>();
            Specs.all(parsed, "--budget").forEach(text -> budgets.add(budget(text)));
            return new NewApiKey(
                    Specs.one(parsed, "--user"),
                    Specs.one(parsed, "--name"),
                    new HashSet<>(Specs.all(parsed, "--scope")),
                    new HashSet<>(Specs.all(parsed, "--agent")),
                    budgets,
                    Optional.of(Specs.one(parsed, "--expires"))
                            .filter(text -> !text.isEmpty())
                            .map(text -> Instant.now().plus(Lifetime.parse(text))));
        }

        private static Budget budget(String text) {
            int equals = text.indexOf('=');
            try {
                String period = text.substring(0, Math.max(0, equals)).toUpperCase(Locale.ROOT);
                return new Budget(
                        Budget.Period.valueOf(period), Cost.nanoUsd(text.substring(equals + 1)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "a budget is like day=5 or month=20.50, for run, day, month or total; not '"
                                + text
                                + "'",
                        e);
            }
        }
    }

    /** Shows what there is, without secrets. */
    private static final class ShowAll implements Command {
        @Override
        public CommandSpec spec() {
            CommandSpec spec = Specs.command("list", "Lists API keys, without their secrets.");
            Specs.text(spec, "--user", "USER", "Only the keys of this user.");
            return Specs.withConfig(spec, Keeper.OPTIONS);
        }

        @Override
        public int run(ParseResult parsed, Io io) throws InterruptedException {
            String user = Specs.one(parsed, "--user");
            return Keeper.withKeys(
                    parsed,
                    io,
                    keys -> {
                        var rows = new ArrayList<List<String>>();
                        for (ApiKey key : user.isEmpty() ? keys.list() : keys.list(user)) {
                            rows.add(row(key));
                        }
                        Table.print(
                                io.out(),
                                List.of(
                                        "ID",
                                        "USER",
                                        "NAME",
                                        "SCOPES",
                                        "AGENTS",
                                        "STATE",
                                        "LAST USED"),
                                rows);
                        return OK;
                    });
        }

        private static List<String> row(ApiKey key) {
            return List.of(
                    key.id(),
                    key.user(),
                    key.name(),
                    String.join(" ", new TreeSet<>(key.scopes())),
                    key.agents().isEmpty() ? "all" : String.join(" ", new TreeSet<>(key.agents())),
                    state(key),
                    key.lastUsed().map(Instant::toString).orElse("never"));
        }

        private static String state(ApiKey key) {
            if (key.revoked().isPresent()) {
                return "revoked";
            }
            return key.isGood(Instant.now())
                    ? key.expires().map(end -> "until " + end).orElse("good")
                    : "expired";
        }
    }

    /** Makes a key worthless. */
    private static final class Revoke implements Command {
        @Override
        public CommandSpec spec() {
            CommandSpec spec =
                    Specs.command("revoke", "Makes an API key worthless, at once and for good.");
            Specs.argument(spec, "ID", "The key's id, as 'key list' shows it.");
            return Specs.withConfig(spec, Keeper.OPTIONS);
        }

        @Override
        public int run(ParseResult parsed, Io io) throws InterruptedException {
            String id = Specs.paths(parsed).getFirst();
            return Keeper.withKeys(
                    parsed,
                    io,
                    keys -> {
                        if (keys.revoke(id)) {
                            io.out().println("Revoked: " + id);
                            return OK;
                        }
                        io.err()
                                .println(
                                        "There is no key '"
                                                + Redaction.mask(id)
                                                + "' that is good; 'robutler key list' shows all.");
                        return FAILED;
                    });
        }
    }
}
