package dev.sinter.control.server;

import dev.sinter.collector.Collector;
import dev.sinter.collector.observation.CallObservations;
import dev.sinter.control.lifecycle.GroupDriver;
import dev.sinter.control.lifecycle.GroupState;
import dev.sinter.control.lifecycle.GroupStatus;
import dev.sinter.control.lifecycle.GroupStore;
import dev.sinter.control.lifecycle.LocalPair;
import dev.sinter.merger.CompatibilityReport;
import dev.sinter.planner.graph.CallGraph;
import dev.sinter.planner.graph.Edge;
import dev.sinter.planner.graph.Limits;
import dev.sinter.planner.plan.Plan;
import dev.sinter.planner.plan.PlannedGroup;
import dev.sinter.planner.solve.FusionSolver;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the newest window, plans, and proposes what is worth it; hands approved groups to the driver and takes back
 * those whose fused workload broke. One turn at a time.
 */
final class FusionLoop {

    private static final Logger log = LoggerFactory.getLogger(FusionLoop.class);

    private static final Duration SOLVER_TIME = Duration.ofSeconds(2);

    /** After so many calls the kind of an edge is taken as it is. */
    private static final int ENOUGH_SAMPLES = 500;

    /** After so many times the least time of watching nobody waits for evidence on rare calls any more. */
    private static final int PATIENCE = 3;

    /** A plan counts once it came out this many times in a row. */
    private static final int STABLE_TURNS = 3;

    private final World world;
    private final Collector collector;
    private final UsageHistory usage;
    private final GraphAssembler assembler;
    private final FusionSolver solver;
    private final GroupStore store;
    private final GroupDriver driver;
    private final FusionPolicy policy;
    private final Supplier<CompatibilityReport> compatibility;
    private final Probes probes;
    private final Admission admission;
    private final Clock clock;

    private volatile @Nullable CallGraph graph;
    private volatile @Nullable Plan plan;
    private @Nullable Instant firstTraffic;
    private List<PlannedGroup> lastGroups = List.of();
    private int stableTurns;

    FusionLoop(
            World world,
            Collector collector,
            UsageHistory usage,
            GraphAssembler assembler,
            FusionSolver solver,
            GroupStore store,
            GroupDriver driver,
            FusionPolicy policy,
            Supplier<CompatibilityReport> compatibility,
            Probes probes,
            Admission admission,
            Clock clock) {
        this.world = world;
        this.collector = collector;
        this.usage = usage;
        this.assembler = assembler;
        this.solver = solver;
        this.store = store;
        this.driver = driver;
        this.policy = policy;
        this.compatibility = compatibility;
        this.probes = probes;
        this.admission = admission;
        this.clock = clock;
    }

    /** The newest call graph, or null before the first. */
    @Nullable
    CallGraph graph() {
        return graph;
    }

    /** The newest plan, or null before the first. */
    @Nullable
    Plan plan() {
        return plan;
    }

    /** Memory that the members of a planned group hold twice while they run apart, MiB; 0 where the plan has no such group. */
    double sharedMiB(String group) {
        CallGraph nodes = graph;
        Plan groups = plan;
        if (nodes == null || groups == null) {
            return 0;
        }
        return groups.groups().stream()
                .filter(planned -> planned.name().equals(group))
                .mapToDouble(planned -> apartMiB(planned, nodes) - planned.memoryMiB())
                .map(shared -> Math.max(0, shared))
                .findFirst()
                .orElse(0);
    }

    private static double apartMiB(PlannedGroup planned, CallGraph nodes) {
        return nodes.functions().stream()
                .filter(node -> planned.members().contains(node.name()))
                .mapToDouble(node -> node.baseMiB() + node.ownMiB())
                .sum();
    }

    /** One look at the application. */
    void turn() {
        watchFused();
        CallObservations observed = collector.observe(policy.window());
        if (observed.functions().isEmpty()) {
            return;
        }
        if (firstTraffic == null) {
            firstTraffic = clock.instant();
        }
        CallGraph newGraph = assembler.assemble(observed, world.functions(), usage, compatibility.get());
        Plan newPlan = solver.solve(newGraph, policy.objective(), SOLVER_TIME);
        graph = newGraph;
        plan = newPlan;
        stableTurns = membersOf(newPlan.groups()).equals(membersOf(lastGroups)) ? stableTurns + 1 : 1;
        lastGroups = newPlan.groups();
        if (mayPropose(newGraph)) {
            admission.admitted(newPlan, newGraph).forEach(group -> propose(group, newGraph));
        }
    }

    private boolean mayPropose(CallGraph newGraph) {
        return firstTraffic != null
                && stableTurns >= STABLE_TURNS
                && isEnough(
                        Duration.between(firstTraffic, clock.instant()),
                        policy.observeFor(),
                        newGraph.edges(),
                        newGraph.limits());
    }

    /**
     * Whether a plan may be acted on: what is seen once in a while never becomes sure within a window, and must not keep
     * all others waiting for ever.
     *
     * @param watched since the first request
     * @param least time of watching
     */
    static boolean isEnough(Duration watched, Duration least, List<Edge> edges, Limits limits) {
        return watched.compareTo(least.multipliedBy(PATIENCE)) >= 0
                || (watched.compareTo(least) >= 0 && edges.stream().allMatch(edge -> settled(edge, limits)));
    }

    /** More evidence would not make this call local soon: it is sure enough, or was looked at for long. */
    private static boolean settled(Edge edge, Limits limits) {
        return switch (edge.kind()) {
            case BLOCKING, PARALLEL -> edge.confidence() >= limits.minConfidence() || edge.samples() >= ENOUGH_SAMPLES;
            case ASYNC -> true;
            case UNKNOWN -> edge.samples() >= ENOUGH_SAMPLES;
        };
    }

    private void propose(PlannedGroup planned, CallGraph from) {
        List<LocalPair> local = planned.local().stream()
                .map(pair -> new LocalPair(pair.from(), pair.to()))
                .toList();
        GroupStatus group = GroupStatus.proposed(
                planned.name(), planned.members(), planned.homes(), entries(planned, from), local, clock.instant());
        store.put(group);
        log.info("group {}: proposed {}", group.name(), group.members());
        boolean auto =
                planned.members().stream().allMatch(name -> world.function(name).mode() == Mode.AUTO);
        if (auto) {
            driver.approve(group.name(), "mode auto");
            driver.driveInBackground(group.name());
        }
    }

    /** Homes that somebody outside the group calls. */
    private static List<String> entries(PlannedGroup planned, CallGraph from) {
        return planned.homes().stream()
                .filter(name ->
                        from.functions().stream().anyMatch(node -> node.name().equals(name) && node.entry())
                                || from.edges().stream().anyMatch(edge -> isCallFromOutside(edge, name, planned)))
                .toList();
    }

    private static boolean isCallFromOutside(Edge edge, String callee, PlannedGroup planned) {
        return edge.to().equals(callee)
                && edge.ratePerSecond() > 0
                && !planned.members().contains(edge.from());
    }

    private void watchFused() {
        for (GroupStatus group : store.groups()) {
            if (group.state() == GroupState.FUSED) {
                if (world.died("fused-" + group.name())) {
                    driver.reject(group.name(), "SNT0820", "The fused workload died");
                    driver.driveInBackground(group.name());
                } else {
                    probeIfDue(group);
                }
            }
        }
    }

    private void probeIfDue(GroupStatus group) {
        String why = probes.due(group);
        if (why != null
                && !group.paused()
                && store.groups().stream().allMatch(other -> other.state().atRest())) {
            driver.probe(group.name(), why);
            driver.driveInBackground(group.name());
        }
    }

    private static List<List<String>> membersOf(List<PlannedGroup> groups) {
        return groups.stream().map(PlannedGroup::members).toList();
    }
}
