package dev.sinter.control.demo;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What came of a load, once every request of it is over.
 *
 * @param firstRequestAt when the first request was sent
 * @param phases one entry for each phase that was entered
 * @param varying requests whose answers differed among themselves before fusing, so that only their status counted
 * @param examples the first few failures and differences, for people
 */
public record LoadResult(
        Instant firstRequestAt, Map<Phase, PhaseLoad> phases, List<LoadRequest> varying, List<String> examples) {

    public LoadResult {
        phases = Map.copyOf(phases);
        varying = List.copyOf(varying);
        examples = List.copyOf(examples);
    }

    public long requests() {
        return phases.values().stream().mapToLong(PhaseLoad::requests).sum();
    }

    public long failed() {
        return phases.values().stream().mapToLong(PhaseLoad::failed).sum();
    }

    public long differing() {
        return phases.values().stream().mapToLong(PhaseLoad::differing).sum();
    }
}
