package dev.sinter.control.server;

import dev.sinter.control.compose.Service;
import dev.sinter.control.platform.Image;
import dev.sinter.merger.Tier;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * One function of the application that is run.
 *
 * @param ports it listens on; the first is where its HTTP is
 * @param virtualAddress as every workload resolves its name
 * @param mode its own, never further than the application's
 * @param neverWith functions it must not share a workload with; {@code *} is all
 * @param tiers ways in which it may share one
 */
record Function(
        Service service,
        Image image,
        List<Integer> ports,
        String virtualAddress,
        Mode mode,
        Set<String> neverWith,
        Set<Tier> tiers) {

    private static final String MODE = "sinter.dev/mode";
    private static final String NEVER_WITH = "sinter.dev/never-with";
    private static final String TIERS = "sinter.dev/tiers";

    String name() {
        return service.name();
    }

    /** The same, in no process with others. */
    Function withProcessApart() {
        Set<Tier> others = EnumSet.allOf(Tier.class);
        others.retainAll(tiers);
        others.remove(Tier.IN_PROCESS);
        return new Function(service, image, ports, virtualAddress, mode, neverWith, Set.copyOf(others));
    }

    int httpPort() {
        return ports.getFirst();
    }

    /**
     * @throws ServerException {@code SNT0822} if neither the file nor the image names a port, {@code SNT0832} if a label
     *     names a tier that is none
     */
    static Function of(Service service, Image image, String virtualAddress, Mode applicationMode) {
        // What the file says comes before what the image says, and what is published before what is only exposed.
        Set<Integer> ports = new LinkedHashSet<>();
        service.ports().forEach(port -> ports.add(port.containerPort()));
        ports.addAll(service.expose());
        if (ports.isEmpty()) {
            ports.addAll(image.exposedPorts());
        }
        if (ports.isEmpty()) {
            throw new ServerException(
                    "SNT0822",
                    "service " + service.name()
                            + ": no port (expected: 'ports' or 'expose' in the Compose file, or EXPOSE"
                            + " in its image)");
        }
        Mode own =
                service.labels().containsKey(MODE) ? Mode.of(service.labels().getOrDefault(MODE, "")) : applicationMode;
        Mode mode = own.compareTo(applicationMode) < 0 ? own : applicationMode;
        Set<String> neverWith = new TreeSet<>(
                Arrays.asList(service.labels().getOrDefault(NEVER_WITH, "").split("[,\\s]+")));
        neverWith.remove("");
        return new Function(
                service, image, List.copyOf(ports), virtualAddress, mode, Set.copyOf(neverWith), tiers(service));
    }

    private static Set<Tier> tiers(Service service) {
        Set<Tier> tiers = EnumSet.noneOf(Tier.class);
        for (String word : service.labels().getOrDefault(TIERS, "").split("[,\\s]+", -1)) {
            if (!word.isEmpty()) {
                tiers.add(Arrays.stream(Tier.values())
                        .filter(tier -> tier.name().equals(word))
                        .findFirst()
                        .orElseThrow(() -> new ServerException(
                                "SNT0832",
                                "service " + service.name() + ": " + TIERS + ": " + word + " (expected: one or more of "
                                        + Arrays.toString(Tier.values()) + ")")));
            }
        }
        return Set.copyOf(tiers.isEmpty() ? EnumSet.allOf(Tier.class) : tiers);
    }

    /** Whether no person forbids that the two share a workload; {@link SharedTier} says in which way. */
    boolean mayJoin(Function other) {
        return mode != Mode.OFF
                && other.mode != Mode.OFF
                && !forbids(neverWith, other.name())
                && !forbids(other.neverWith, name());
    }

    private static boolean forbids(Set<String> names, String name) {
        return names.contains("*") || names.contains(name);
    }
}
