package dev.sinter.control.server;

import dev.sinter.control.compose.Service;
import dev.sinter.control.lifecycle.GroupOperations;
import dev.sinter.control.lifecycle.GroupState;
import dev.sinter.control.lifecycle.GroupStatus;
import dev.sinter.control.lifecycle.LifecycleException;
import dev.sinter.control.platform.PlatformException;
import dev.sinter.control.platform.Workload;
import dev.sinter.merger.CompatibilityReport;
import dev.sinter.merger.ImageMerger;
import dev.sinter.merger.LocalPair;
import dev.sinter.merger.Member;
import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProgress;
import dev.sinter.merger.MergeRequest;
import dev.sinter.merger.MergeResult;
import dev.sinter.merger.Overrides;
import dev.sinter.merger.Tier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Does what a group's life cycle asks, with the engine, the merger, the mesh, the replay and the judge. */
final class FusionOperations implements GroupOperations {

    private final World world;
    private final MeshControl mesh;
    private final ImageMerger merger;
    private final Supplier<CompatibilityReport> compatibility;
    private final Sizing sizing;
    private final Rehearsal rehearsal;
    private final SharedState sharedState;
    private final SharedStateMemory sharedStateMemory;
    private final Trial trial;
    private final DrainWait drainWait;

    FusionOperations(
            World world,
            MeshControl mesh,
            ImageMerger merger,
            Supplier<CompatibilityReport> compatibility,
            Sizing sizing,
            Rehearsal rehearsal,
            SharedState sharedState,
            SharedStateMemory sharedStateMemory,
            Trial trial,
            DrainWait drainWait) {
        this.world = world;
        this.mesh = mesh;
        this.merger = merger;
        this.compatibility = compatibility;
        this.sizing = sizing;
        this.rehearsal = rehearsal;
        this.sharedState = sharedState;
        this.sharedStateMemory = sharedStateMemory;
        this.trial = trial;
        this.drainWait = drainWait;
    }

    @Override
    public BuiltImage buildImage(GroupStatus group) {
        mesh.record(rehearsal.recorders(group.members()));
        mesh.apply();
        MergeResult result =
                coded(() -> merger.merge(mergeRequest(group), "docker-daemon:" + reference(group), MergeProgress.NONE));
        Map<String, String> digests = new HashMap<>();
        group.members()
                .forEach(name -> digests.put(name, world.function(name).image().digest()));
        return new BuiltImage(reference(group), result.tier().name(), Map.copyOf(digests));
    }

    @Override
    public void startFused(GroupStatus group) {
        mesh.record(rehearsal.recorders(group.members()));
        List<Function> members = group.members().stream().map(world::function).toList();
        mesh.offer(List.of(World.fusedNode(group.name())));
        coded(() -> {
            world.startFused(group.name(), image(group), environment(group), members, sizing.atStart(group, members));
            return group;
        });
        mesh.apply();
    }

    @Override
    public void replay(GroupStatus group) {
        Workload fused = required("fused-" + group.name());
        List<Function> members = group.members().stream().map(world::function).toList();
        rehearsal.replay(members, world::workload, fused);
        requireOwnState(group, fused);
        mesh.stopRecording();
        mesh.apply();
    }

    @Override
    public void route() {
        mesh.apply();
    }

    @Override
    public void judge(GroupStatus group, BooleanSupplier cancelled) {
        trial.hold(group, cancelled);
        requireOwnState(group, required("fused-" + group.name()));
    }

    @Override
    public void probe(GroupStatus group, BooleanSupplier cancelled) {
        trial.probe(group, cancelled);
        requireOwnState(group, required("fused-" + group.name()));
    }

    @Override
    public void drain(GroupStatus group) {
        List<String> leaving = group.state() == GroupState.UNFUSING ? List.of("fused-" + group.name()) : group.homes();
        drainWait.until(
                leaving.stream().map(world::workload).filter(Objects::nonNull).toList());
    }

    @Override
    public void stopOriginals(GroupStatus group) {
        coded(() -> {
            world.stop(group.homes());
            return group;
        });
        mesh.apply();
    }

    @Override
    public void startOriginals(GroupStatus group) {
        List<String> asleep = group.homes().stream()
                .filter(name -> {
                    Workload workload = world.workload(name);
                    return workload == null || !workload.running();
                })
                .toList();
        mesh.offer(asleep.stream().map(world::node).toList());
        coded(() -> {
            world.start(asleep);
            return group;
        });
        mesh.apply();
    }

    @Override
    public void removeFused(GroupStatus group) {
        mesh.stopRecording();
        coded(() -> {
            world.remove("fused-" + group.name());
            return group;
        });
        mesh.apply();
    }

    private MergeRequest mergeRequest(GroupStatus group) {
        List<LocalPair> local = group.local().stream()
                .map(pair -> new LocalPair(pair.caller(), pair.callee()))
                .toList();
        List<Function> functions = group.members().stream().map(world::function).toList();
        Tier tier = SharedTier.of(functions, compatibility.get());
        if (tier == null) {
            throw new LifecycleException(
                    "SNT0833",
                    "group " + group.name() + ": no tier that all of its images and labels allow (expected: one). Maybe"
                            + " sinter.dev/tiers of a member can name one more.");
        }
        List<Member> members = functions.stream().map(FusionOperations::member).toList();
        return new MergeRequest(group.name(), members, local, tier, tier);
    }

    /** One function as the merger wants it. */
    static Member member(Function function) {
        Service service = function.service();
        return new Member(
                function.name(),
                "docker-daemon:" + function.image().digest(),
                new Overrides(
                        service.entrypoint(),
                        service.command(),
                        service.environment(),
                        service.workingDir(),
                        service.user()),
                function.httpPort());
    }

    private String reference(GroupStatus group) {
        return "localhost/sinter/" + world.application().name() + "-" + group.name() + ":latest";
    }

    private static String image(GroupStatus group) {
        return Objects.requireNonNull(group.image(), "image of " + group.name() + " is known after BUILDING");
    }

    private Map<String, String> environment(GroupStatus group) {
        String host = world.host().getHostAddress();
        return Map.of(
                "PORT", Integer.toString(World.FUSED_PORT),
                "SINTER_ADMIN_PORT", Integer.toString(World.FUSED_ADMIN_PORT),
                "SINTER_OTLP_ENDPOINT",
                        "http://" + host + ":" + world.identity().otlpHttpPort(),
                "SINTER_OTLP_TOKEN", world.identity().token(),
                "SINTER_NODE_ID", world.application().name() + "/fused-" + group.name());
    }

    /** Asked again and again: many a library is only loaded with the first request of its kind. */
    private void requireOwnState(GroupStatus group, Workload fused) {
        Map<String, SortedSet<String>> changes = sharedState.changes(group, fused);
        if (!changes.isEmpty()) {
            sharedStateMemory.add(changes.keySet());
            throw new LifecycleException(SharedState.CODE, SharedState.reason(changes));
        }
    }

    private Workload required(String name) {
        Workload workload = world.workload(name);
        if (workload == null || !workload.running()) {
            throw new LifecycleException("SNT0814", "workload " + name + ": does not run (expected: running)");
        }
        return workload;
    }

    private static <T> T coded(Supplier<T> action) {
        try {
            return action.get();
        } catch (PlatformException e) {
            throw new LifecycleException(e.code(), String.valueOf(e.getMessage()), e);
        } catch (MergeException e) {
            throw new LifecycleException(e.code(), String.valueOf(e.getMessage()), e);
        }
    }
}
