package ai.robutler.discovery;

/**
 * How discovery stands, for health and commands.
 *
 * @param platform how many agents of the servers on this database are listed
 * @param remote how many are registered
 * @param down how many of these do not answer
 * @param nodes how many servers list agents
 * @param indexed how many can be found
 * @param trouble what is wrong, without secrets; "" where all is well
 */
public record DiscoveryStatus(
        long platform, long remote, long down, int nodes, long indexed, String trouble) {}
