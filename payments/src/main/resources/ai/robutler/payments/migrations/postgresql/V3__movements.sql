-- The usual case of a movement, for some of them in one round trip: all of it, or, where anything
-- is not usual (an id that was used, a limit without room, a hold that has ended), nothing and the
-- error RB001, which tells whose holds it is about where that is known; a movement's id that was used
-- is the server's own error, which names it. Then the program looks closer at those, step by step.
-- Rows are taken in the order in which all transactions take them: holds, tokens (the deepest first),
-- accounts, budgets, credits. Plans are those for any arguments: one for the arrays at hand looks
-- cheaper, and would be made anew each time.

CREATE FUNCTION ledger_unusual(what TEXT, holds TEXT[] DEFAULT '{}') RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'unusual: %', array_to_string(what || holds, ' ') USING ERRCODE = 'RB001';
END
$$;

-- Which of the ids have this among their names; all of them rather than none.
CREATE FUNCTION ledger_whose(name TEXT, ids TEXT[], names TEXT[], separator TEXT)
    RETURNS TEXT[] LANGUAGE sql IMMUTABLE AS $$
    SELECT COALESCE(array_agg(id), ids) FROM unnest(ids, names) AS u (id, line)
    WHERE name = ANY (string_to_array(line, separator))
$$;

-- How much of which tokens, the deepest first.
CREATE FUNCTION ledger_levels(lineages TEXT[], a BIGINT[], b BIGINT[])
    RETURNS TABLE (token TEXT, of_a BIGINT, of_b BIGINT) LANGUAGE sql IMMUTABLE AS $$
    SELECT parts[k], SUM(x)::BIGINT, SUM(y)::BIGINT
    FROM (SELECT string_to_array(line, ' ') AS parts, x, y FROM unnest(lineages, a, b) AS u (line, x, y)) p,
        generate_subscripts(parts, 1) AS k
    GROUP BY parts[k], cardinality(parts) - k
    ORDER BY cardinality(parts) - k DESC, parts[k]
$$;

-- How much of which names, in their order.
CREATE FUNCTION ledger_sums(names TEXT[], a BIGINT[], b BIGINT[])
    RETURNS TABLE (name TEXT, of_a BIGINT, of_b BIGINT) LANGUAGE sql IMMUTABLE AS $$
    SELECT part, SUM(x)::BIGINT, SUM(y)::BIGINT
    FROM unnest(names, a, b) AS u (lines, x, y), unnest(string_to_array(lines, E'\n')) AS part
    GROUP BY part ORDER BY part
$$;

-- Holds in the order of their ids; the budgets (rooms) in the order of theirs. Answers for how much
-- more there is room, at least.
CREATE FUNCTION ledger_lock(
    now_ BIGINT, ids TEXT[], hashes TEXT[], tokens TEXT[], accounts TEXT[], agents TEXT[],
    refs TEXT[], budgets_ TEXT[], nanos BIGINT[], expiries BIGINT[],
    rooms TEXT[], room_limits BIGINT[], room_nanos BIGINT[], room_closes BIGINT[])
    RETURNS BIGINT LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    line TEXT;
    lines TEXT[] := '{}';
    part TEXT;
    total BIGINT := 0;
    alike BOOLEAN := TRUE;
    unusual TEXT[] := '{}';
    each RECORD;
    room BIGINT;
    least BIGINT := 9223372036854775807;
BEGIN
    FOR i IN 1 .. cardinality(ids) LOOP
        INSERT INTO ledger_hold (id, hash, account, lineage, agent, reference, budgets, nano, prior,
            expires, locked_nano, locked_expires, state, closed)
        SELECT ids[i], hashes[i], t.account, t.lineage, agents[i], refs[i], budgets_[i], nanos[i],
            nanos[i], expiries[i], nanos[i], expiries[i], 'OPEN', 0
        FROM ledger_token t
        WHERE t.id = tokens[i] AND t.account = accounts[i] AND (t.agent = '' OR t.agent = agents[i])
        ON CONFLICT (id) DO NOTHING RETURNING lineage INTO line;
        IF NOT FOUND THEN
            unusual := unusual || ids[i];
        END IF;
        lines[i] := line;
        alike := alike AND tokens[i] = tokens[1];
        total := total + nanos[i];
    END LOOP;
    IF unusual <> '{}' THEN
        PERFORM ledger_unusual('hold', unusual);
    END IF;
    IF alike THEN
        FOREACH part IN ARRAY string_to_array(line, ' ') LOOP
            UPDATE ledger_token SET held = held + total
            WHERE id = part AND revoked = 0 AND expires > now_
                AND limit_nano - posted - held >= total
            RETURNING limit_nano - posted - held INTO room;
            IF NOT FOUND THEN
                PERFORM ledger_unusual('token');
            END IF;
            least := LEAST(least, room);
        END LOOP;
        UPDATE ledger_account SET held = held + total
        WHERE id = accounts[1] AND balance - held >= total
        RETURNING balance - held INTO room;
        IF NOT FOUND THEN
            PERFORM ledger_unusual('account');
        END IF;
        least := LEAST(least, room);
    ELSE
        FOR each IN SELECT * FROM ledger_levels(lines, nanos, nanos) LOOP
            UPDATE ledger_token SET held = held + each.of_a
            WHERE id = each.token AND revoked = 0 AND expires > now_
                AND limit_nano - posted - held >= each.of_a
            RETURNING limit_nano - posted - held INTO room;
            IF NOT FOUND THEN
                unusual := unusual || ledger_whose(each.token, ids, lines, ' ');
            END IF;
            least := LEAST(least, room);
        END LOOP;
        IF unusual <> '{}' THEN
            PERFORM ledger_unusual('token', unusual);
        END IF;
        FOR each IN SELECT * FROM ledger_sums(accounts, nanos, nanos) LOOP
            UPDATE ledger_account SET held = held + each.of_a
            WHERE id = each.name AND balance - held >= each.of_a
            RETURNING balance - held INTO room;
            IF NOT FOUND THEN
                unusual := unusual || ledger_whose(each.name, ids, accounts, '');
            END IF;
            least := LEAST(least, room);
        END LOOP;
        IF unusual <> '{}' THEN
            PERFORM ledger_unusual('account', unusual);
        END IF;
    END IF;
    FOR i IN 1 .. cardinality(rooms) LOOP
        IF room_nanos[i] > room_limits[i] THEN
            PERFORM ledger_unusual('budget', ledger_whose(rooms[i], ids, budgets_, E'\n'));
        END IF;
        INSERT INTO ledger_budget (id, limit_nano, posted, held, closes)
        VALUES (rooms[i], room_limits[i], 0, room_nanos[i], room_closes[i])
        ON CONFLICT (id) DO UPDATE SET limit_nano = excluded.limit_nano,
            held = ledger_budget.held + excluded.held
        WHERE excluded.limit_nano - ledger_budget.posted - ledger_budget.held >= excluded.held
        RETURNING limit_nano - posted - held INTO room;
        IF NOT FOUND THEN
            PERFORM ledger_unusual('budget', ledger_whose(rooms[i], ids, budgets_, E'\n'));
        END IF;
        least := LEAST(least, room);
    END LOOP;
    RETURN least;
END
$$;

-- Settlements in the order of their holds' ids. A part says which request it is taken for, and its
-- hold stays open. Transfers tell by "at" whose they are; credits are in the order of their accounts.
-- Answers what is not held any more.
CREATE FUNCTION ledger_settle(
    now_ BIGINT, ids TEXT[], hashes TEXT[], holds TEXT[], parts TEXT[], totals BIGINT[], memos TEXT[],
    pendings BIGINT[], ats BIGINT[], ns BIGINT[], payees TEXT[], amounts BIGINT[], kinds TEXT[],
    credit_shard BIGINT, credit_accounts TEXT[], credit_amounts BIGINT[])
    RETURNS BIGINT[] LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    h RECORD;
    each RECORD;
    accounts TEXT[] := '{}';
    lines TEXT[] := '{}';
    budgets_ TEXT[] := '{}';
    agents TEXT[] := '{}';
    refs TEXT[] := '{}';
    nanos BIGINT[] := '{}';
    seqs BIGINT[] := '{}';
    number BIGINT;
    part TEXT;
    held_ BIGINT := 0;
    total BIGINT := 0;
    alike BOOLEAN := TRUE;
    unusual TEXT[] := '{}';
BEGIN
    FOR i IN 1 .. cardinality(ids) LOOP
        IF parts[i] = '' THEN
            UPDATE ledger_hold SET state = 'SETTLED', closed = 1
            WHERE id = holds[i] AND state = 'OPEN' AND nano >= totals[i]
            RETURNING account, lineage, budgets, agent, reference, nano INTO h;
        ELSE
            UPDATE ledger_hold SET prior = nano, nano = nano - totals[i]
            WHERE id = holds[i] AND state = 'OPEN' AND nano >= totals[i]
            RETURNING account, lineage, budgets, agent, parts[i] AS reference,
                totals[i]::ledger_amount AS nano INTO h;
        END IF;
        IF NOT FOUND THEN
            unusual := unusual || holds[i];
        END IF;
        accounts[i] := h.account;
        lines[i] := h.lineage;
        budgets_[i] := h.budgets;
        agents[i] := h.agent;
        refs[i] := h.reference;
        nanos[i] := h.nano;
        alike := alike AND h.lineage = lines[1] AND h.budgets = budgets_[1];
        held_ := held_ + h.nano;
        total := total + totals[i];
    END LOOP;
    IF unusual <> '{}' THEN
        PERFORM ledger_unusual('hold', unusual);
    END IF;
    IF alike THEN
        FOREACH part IN ARRAY string_to_array(lines[1], ' ') LOOP
            UPDATE ledger_token SET held = held - held_, posted = posted + total WHERE id = part;
            IF NOT FOUND THEN
                PERFORM ledger_unusual('token');
            END IF;
        END LOOP;
        UPDATE ledger_account SET held = held - held_, balance = balance - total
        WHERE id = accounts[1];
        IF NOT FOUND THEN
            PERFORM ledger_unusual('account');
        END IF;
        FOREACH part IN ARRAY string_to_array(budgets_[1], E'\n') LOOP
            UPDATE ledger_budget SET held = held - held_, posted = posted + total WHERE id = part;
            IF NOT FOUND AND held_ <> 0 THEN
                PERFORM ledger_unusual('budget');
            END IF;
        END LOOP;
    ELSE
        FOR each IN SELECT * FROM ledger_levels(lines, nanos, totals) LOOP
            UPDATE ledger_token SET held = held - each.of_a, posted = posted + each.of_b
            WHERE id = each.token;
            IF NOT FOUND THEN
                PERFORM ledger_unusual('token');
            END IF;
        END LOOP;
        FOR each IN SELECT * FROM ledger_sums(accounts, nanos, totals) LOOP
            UPDATE ledger_account SET held = held - each.of_a, balance = balance - each.of_b
            WHERE id = each.name;
            IF NOT FOUND THEN
                PERFORM ledger_unusual('account');
            END IF;
        END LOOP;
        FOR each IN SELECT * FROM ledger_sums(budgets_, nanos, totals) LOOP
            UPDATE ledger_budget SET held = held - each.of_a, posted = posted + each.of_b
            WHERE id = each.name;
            IF NOT FOUND AND each.of_a <> 0 THEN
                PERFORM ledger_unusual('budget');
            END IF;
        END LOOP;
    END IF;
    FOR i IN 1 .. cardinality(ids) LOOP
        INSERT INTO ledger_movement (id, op, hash, time, hold, account, agent, reference, memo,
            pending, charged, released, unpaid, state, held, expires)
        VALUES (ids[i], CASE WHEN parts[i] = '' THEN 'SETTLE' ELSE 'CAPTURE' END, hashes[i], now_,
            holds[i], accounts[i], agents[i], refs[i], memos[i], pendings[i], totals[i],
            nanos[i] - totals[i], 0, CASE WHEN parts[i] = '' THEN 'SETTLED' ELSE 'OPEN' END, 0, 0)
        RETURNING seq INTO number;
        seqs[i] := number;
    END LOOP;
    INSERT INTO ledger_transfer (movement, n, payer, payee, nano, kind)
    SELECT seqs[at], n, accounts[at], payee, nano, kind
    FROM unnest(ats, ns, payees, amounts, kinds) AS u (at, n, payee, nano, kind);
    INSERT INTO ledger_credit (account, shard, amount)
    SELECT account, credit_shard, amount
    FROM unnest(credit_accounts, credit_amounts) AS u (account, amount)
    ON CONFLICT (account, shard) DO UPDATE SET amount = ledger_credit.amount + excluded.amount;
    RETURN nanos;
END
$$;
