package dev.sinter.control.server;

import dev.sinter.control.lifecycle.GroupState;
import dev.sinter.control.lifecycle.GroupStatus;
import dev.sinter.control.lifecycle.GroupStore;
import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.graph.Tier;
import dev.sinter.planner.hysteresis.Attempts;
import dev.sinter.planner.hysteresis.Change;
import dev.sinter.planner.hysteresis.Hysteresis;
import dev.sinter.planner.hysteresis.Refusal;
import dev.sinter.planner.hysteresis.RunningGroups;
import dev.sinter.planner.plan.LocalPair;
import dev.sinter.planner.plan.Plan;
import dev.sinter.planner.plan.PlannedGroup;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which groups of a plan are proposed now: new ones, worth a change, and not tried in vain a short while ago. */
final class Admission {

    private static final Logger log = LoggerFactory.getLogger(Admission.class);

    private final GroupStore store;
    private final FailureMemory failures;
    private final Hysteresis hysteresis;
    private final FusionPolicy policy;
    private final Clock clock;
    private Map<String, Refusal> lastRefusals = Map.of();

    Admission(GroupStore store, FailureMemory failures, FusionPolicy policy, Clock clock) {
        this.store = store;
        this.failures = failures;
        this.hysteresis = new Hysteresis(policy.hysteresis());
        this.policy = policy;
        this.clock = clock;
    }

    /** Groups to propose, all at once: changes are carried out one after the other. */
    List<PlannedGroup> admitted(Plan plan, CallGraph graph) {
        List<PlannedGroup> candidates = plan.groups().stream()
                .filter(group -> group.members().size() > 1)
                .filter(this::isNew)
                .toList();
        if (candidates.isEmpty()) {
            return candidates;
        }
        Attempts attempts = failures.attempts();
        Instant now = clock.instant();
        List<Change> changes = changes();
        Map<String, Refusal> refusals = new HashMap<>();
        for (PlannedGroup group : candidates) {
            Map<String, String> digests = failures.digests(group.members());
            Refusal refusal = hysteresis.refusal(digests, graph, changes, attempts, now);
            if (refusal != null) {
                refusals.put(group.name(), refusal);
            }
        }
        List<PlannedGroup> free = candidates.stream()
                .filter(group -> !refusals.containsKey(group.name()))
                .toList();
        if (!free.isEmpty() && !isWorthIt(free, graph)) {
            free.forEach(group -> refusals.put(group.name(), Refusal.SMALL_GAIN));
            free = List.of();
        }
        tell(refusals);
        return free;
    }

    private boolean isNew(PlannedGroup planned) {
        return store.groups().stream()
                .filter(group -> group.state() != GroupState.UNFUSED && group.state() != GroupState.FAILED)
                .noneMatch(group -> group.name().equals(planned.name())
                        || planned.members().stream().anyMatch(group.members()::contains));
    }

    private List<Change> changes() {
        return store.groups().stream()
                .filter(group ->
                        group.state() != GroupState.PROPOSED && !isOfOtherImages(group) && !isTriedOtherwise(group))
                .map(group ->
                        new Change(Set.copyOf(group.members()), !group.state().atRest(), group.since()))
                .toList();
    }

    /** What was given up with images that are gone says nothing of their successors. */
    private boolean isOfOtherImages(GroupStatus group) {
        boolean givenUp = group.state() == GroupState.UNFUSED || group.state() == GroupState.FAILED;
        return givenUp
                && !group.memberDigests().isEmpty()
                && !failures.digests(group.members()).equals(group.memberDigests());
    }

    /** It failed for what will not be again: its members get processes of their own. */
    private static boolean isTriedOtherwise(GroupStatus group) {
        return group.state() == GroupState.FAILED && group.reasonCode().equals(SharedState.CODE);
    }

    private boolean isWorthIt(List<PlannedGroup> wanted, CallGraph graph) {
        List<PlannedGroup> fused = store.groups().stream()
                .filter(group -> group.state() == GroupState.FUSED)
                .map(Admission::planned)
                .toList();
        return new RunningGroups(policy.hysteresis(), policy.objective(), graph, fused).isWorthAdding(wanted);
    }

    private static PlannedGroup planned(GroupStatus group) {
        List<LocalPair> local = group.local().stream()
                .map(pair -> new LocalPair(pair.caller(), pair.callee()))
                .toList();
        return new PlannedGroup(group.name(), group.members(), group.homes(), local, Tier.IN_PROCESS, 0, 0);
    }

    private void tell(Map<String, Refusal> refusals) {
        refusals.forEach((name, refusal) -> {
            @Nullable Refusal before = lastRefusals.get(name);
            if (refusal != before) {
                log.info("group {}: not now ({})", name, refusal);
            }
        });
        lastRefusals = Map.copyOf(refusals);
    }
}
