package ai.robutler.app;

import ai.robutler.core.Cost;
import ai.robutler.payments.Accounts;
import ai.robutler.payments.EmbeddedLedger;
import ai.robutler.payments.Ledger;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** {@code robutler account …} and {@code robutler token …}: accounts and payment tokens. */
final class MoneyCommands {
    private static final int MOST = 1_000;

    private MoneyCommands() {}

    static Command accounts() {
        return new CommandGroup(
                "account",
                "Shows payment accounts, credits them, and tells what moved.",
                List.of(new Show(), new Credit(), new ShowStatement()));
    }

    static Command tokens() {
        return new CommandGroup(
                "token", "Issues and revokes payment tokens.", List.of(new Issue(), new Revoke()));
    }

    /** A user's account by the user's name; an account with a colon as it is. */
    private static String account(String text) {
        return text.contains(":") ? text : Accounts.ofUser(text);
    }

    private static int unknown(Io io, String account) {
        io.err()
                .println(
                        "There is no account %s; 'robutler account show' shows all."
                                .formatted(account));
        return Command.FAILED;
    }

    private static void print(PrintStream out, List<Accounts.Account> accounts) {
        var rows = new ArrayList<List<String>>();
        for (Accounts.Account each : accounts) {
            rows.add(
                    List.of(
                            each.id(),
                            Cost.usd(each.balanceNanoUsd()),
                            Cost.usd(each.heldNanoUsd())));
        }
        Table.print(out, List.of("ACCOUNT", "BALANCE USD", "HELD USD"), rows);
    }

    /** One account, or all. */
    private static final class Show implements Command {
        @Override
        public CommandSpec spec() {
            CommandSpec spec = Specs.command("show", "Shows an account, or all.");
            Specs.optionalArgument(spec, "USER", "Whose account; default: all.");
            return Specs.withConfig(spec, Keeper.OPTIONS);
        }

        @Override
        public int run(ParseResult parsed, Io io) throws InterruptedException {
            return Keeper.withLedger(
                    parsed,
                    io,
                    ledger -> {
                        List<String> named = Specs.paths(parsed);
                        if (named.isEmpty()) {
                            print(io.out(), all(ledger));
                            return OK;
                        }
                        String name = account(named.getFirst());
                        var account = ledger.accounts().show(name);
                        if (account.isEmpty()) {
                            return unknown(io, name);
                        }
                        print(io.out(), List.of(account.get()));
                        return OK;
                    });
        }

        private static List<Accounts.Account> all(EmbeddedLedger ledger) {
            var all = new ArrayList<Accounts.Account>();
            List<Accounts.Account> page = ledger.accounts().list("", MOST);
            while (!page.isEmpty()) {
                all.addAll(page);
                page = ledger.accounts().list(page.getLast().id(), MOST);
            }
            return all;
        }
    }

    /** Money came in. */
    private static final class Credit implements Command {
        @Override
        public CommandSpec spec() {
            CommandSpec spec = Specs.command("credit", "Adds money to an account.");
            Specs.arguments(spec, "USER USD", "Whose account, and how much.", 2);
            Specs.text(
                    spec,
                    "--id",
                    "ID",
                    "Names the movement: said twice with one id, it is made once. Default: a new one.");
            Specs.text(spec, "--memo", "TEXT", "A few words for the statement.");
            return Specs.withConfig(spec, Keeper.OPTIONS);
        }

        @Override
        public int run(ParseResult parsed, Io io) throws InterruptedException {
            List<String> arguments = Specs.paths(parsed);
            return Keeper.withLedger(
                    parsed,
                    io,
                    ledger -> {
                        String id = Specs.one(parsed, "--id");
                        var account =
                                ledger.accounts()
                                        .credit(
                                                account(arguments.get(0)),
                                                amount(arguments.get(1)),
                                                id.isEmpty() ? "credit-" + UUID.randomUUID() : id,
                                                Specs.one(parsed, "--memo"));
                        print(io.out(), List.of(account));
                        return OK;
                    });
        }
    }

    /** What moved. */
    private static final class ShowStatement implements Command {
        @Override
        public CommandSpec spec() {
            CommandSpec spec =
                    Specs.command("statement", "Tells what moved on an account, the newest first.");
            Specs.argument(spec, "USER", "Whose account.");
            Specs.text(spec, "--limit", "LINES", "How many lines at most. Default: 50.");
            return Specs.withConfig(spec, Keeper.OPTIONS);
        }

        @Override
        public int run(ParseResult parsed, Io io) throws InterruptedException {
            String limit = Specs.one(parsed, "--limit");
            if (!limit.isEmpty() && !limit.matches("[1-9][0-9]{0,2}")) {
                io.err().println("--limit must be a number from 1 to 999, not '" + limit + "'");
                return WRONG;
            }
            return Keeper.withLedger(
                    parsed,
                    io,
                    ledger -> {
                        String name = account(Specs.paths(parsed).getFirst());
                        if (ledger.accounts().show(name).isEmpty()) {
                            return unknown(io, name);
                        }
                        int lines = limit.isEmpty() ? 50 : Integer.parseInt(limit);
                        print(io.out(), ledger.statement(name, "", lines));
                        return OK;
                    });
        }

        private static void print(PrintStream out, Ledger.Statement statement) {
            var rows = new ArrayList<List<String>>();
            for (Ledger.Line line : statement.lines()) {
                rows.add(
                        List.of(
                                line.time().toString(),
                                Cost.usd(line.nanoUsd()),
                                line.kind(),
                                line.counterparty(),
                                line.agent(),
                                line.reference(),
                                (line.pending() ? "pending " : "") + line.memo()));
            }
            Table.print(
                    out, List.of("TIME", "USD", "FOR", "WITH", "AGENT", "REQUEST", "MEMO"), rows);
            out.println(
                    "Balance: "
                            + Cost.usd(statement.balanceNanoUsd())
                            + " USD, of which held: "
                            + Cost.usd(statement.heldNanoUsd())
                            + " USD");
        }
    }

    /** A token to pay with. */
    private static final class Issue implements Command {
        @Override
        public CommandSpec spec() {
            CommandSpec spec =
                    Specs.command("issue", "Issues a payment token; it is as good as money.");
            Specs.argument(spec, "USER", "Whose account it spends of.");
            Specs.required(spec, "--limit", "USD", "What may be spent with it.");
            Specs.text(
                    spec, "--lifetime", "TIME", "How long it is good, such as 30d. Default: 24h.");
            Specs.text(
                    spec, "--agent", "AGENT", "The only agent that it is good for. Default: any.");
            return Specs.withConfig(spec, Keeper.OPTIONS);
        }

        @Override
        public int run(ParseResult parsed, Io io) throws InterruptedException {
            String lifetime = Specs.one(parsed, "--lifetime");
            return Keeper.withLedger(
                    parsed,
                    io,
                    ledger -> {
                        Ledger.PaymentToken token =
                                ledger.tokens()
                                        .issue(
                                                account(Specs.paths(parsed).getFirst()),
                                                amount(Specs.one(parsed, "--limit")),
                                                Lifetime.parse(
                                                        lifetime.isEmpty() ? "24h" : lifetime),
                                                Specs.one(parsed, "--agent"));
                        io.out().println(token.text());
                        io.err()
                                .println(
                                        "Token "
                                                + token.id()
                                                + " is good for "
                                                + Cost.usd(token.limitNanoUsd())
                                                + " USD until "
                                                + token.expires()
                                                + ". It is not shown again.");
                        return OK;
                    });
        }
    }

    /** Takes a token out of use. */
    private static final class Revoke implements Command {
        @Override
        public CommandSpec spec() {
            CommandSpec spec =
                    Specs.command(
                            "revoke", "Makes a payment token, and all that came of it, worthless.");
            Specs.argument(spec, "ID", "The token's id, pt_…");
            return Specs.withConfig(spec, Keeper.OPTIONS);
        }

        @Override
        public int run(ParseResult parsed, Io io) throws InterruptedException {
            String id = Specs.paths(parsed).getFirst();
            return Keeper.withLedger(
                    parsed,
                    io,
                    ledger -> {
                        if (ledger.tokens().revoke(id)) {
                            io.out().println("Revoked: " + id);
                            return OK;
                        }
                        io.err().println("There is no token of this id that is good.");
                        return FAILED;
                    });
        }
    }

    private static long amount(String usd) {
        try {
            return Cost.nanoUsd(usd);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the amount " + e.getMessage(), e);
        }
    }
}
