package dev.sinter.control.server;

import dev.sinter.control.lifecycle.GroupState;
import dev.sinter.control.lifecycle.GroupStatus;
import dev.sinter.control.platform.Workload;
import dev.sinter.control.routing.FusedWorkload;
import dev.sinter.control.routing.MeshFunction;
import dev.sinter.control.routing.MeshNode;
import dev.sinter.control.routing.MeshState;
import dev.sinter.control.routing.PublishedPort;
import dev.sinter.control.routing.SocketTarget;
import dev.sinter.control.routing.Split;
import dev.sinter.control.routing.TelemetryTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Says how the mesh is to route, from what runs and how far every group is. Pure. */
final class MeshAssembler {

    private final World world;

    MeshAssembler(World world) {
        this.world = world;
    }

    /**
     * @param recorders where to copy idempotent requests of a function to; empty for none
     * @param starting proxies that do not run yet
     */
    MeshState assemble(List<GroupStatus> groups, Map<String, SocketTarget> recorders, List<MeshNode> starting) {
        List<MeshFunction> functions = new ArrayList<>();
        for (Function function : world.functions().values()) {
            GroupStatus group = homeOf(function.name(), groups);
            @Nullable String address = addressOf(function.name());
            Split split = group == null ? Split.allOriginal() : split(function.name(), group, address);
            functions.add(new MeshFunction(
                    function.name(),
                    function.virtualAddress(),
                    function.ports(),
                    published(function),
                    address,
                    split,
                    recorders.get(function.name())));
        }
        return new MeshState(world.application().name(), functions, fused(groups), nodes(starting), telemetry());
    }

    /**
     * How a home's requests are shared. Only members that outsiders call are shared gradually: a call between two
     * originals that went to the fused workload would be counted for neither arm.
     */
    private static Split split(String function, GroupStatus group, @Nullable String originalAddress) {
        int fusedPercent = group.entries().contains(function) || group.fusedPercent() == 100 ? group.fusedPercent() : 0;
        return new Split(originalAddress == null ? 0 : 100 - fusedPercent, group.name());
    }

    /** The group whose fused workload takes a function's remote calls, if one runs. */
    private @Nullable GroupStatus homeOf(String function, List<GroupStatus> groups) {
        return groups.stream()
                .filter(group -> group.homes().contains(function))
                .filter(group -> routable(group))
                .findFirst()
                .orElse(null);
    }

    private boolean routable(GroupStatus group) {
        boolean mayRoute = group.state() == GroupState.VERIFYING
                || group.state() == GroupState.SHIFTING
                || group.state() == GroupState.FUSED
                || group.state() == GroupState.PROBING
                || group.state() == GroupState.UNFUSING;
        return mayRoute && addressOf(fusedName(group)) != null;
    }

    private List<FusedWorkload> fused(List<GroupStatus> groups) {
        List<FusedWorkload> fused = new ArrayList<>();
        for (GroupStatus group : groups) {
            @Nullable String address = addressOf(fusedName(group));
            if (address != null) {
                fused.add(new FusedWorkload(group.name(), address, World.FUSED_PORT, group.members()));
            }
        }
        return fused;
    }

    private List<MeshNode> nodes(List<MeshNode> starting) {
        Stream<MeshNode> running = world.workloads().stream()
                .filter(Workload::reachable)
                .filter(workload ->
                        starting.stream().noneMatch(node -> node.workload().equals(workload.name())))
                .map(workload -> new MeshNode(workload.name(), role(workload), captured(workload)));
        return Stream.concat(running, starting.stream()).toList();
    }

    private static MeshNode.Role role(Workload workload) {
        return switch (workload.role()) {
            case FUNCTION -> MeshNode.Role.FUNCTION;
            case FUSED -> MeshNode.Role.FUSED;
            case GATEWAY -> MeshNode.Role.GATEWAY;
        };
    }

    private static List<Integer> captured(Workload workload) {
        return workload.role() == Workload.Role.GATEWAY ? List.of() : workload.ports();
    }

    private List<PublishedPort> published(Function function) {
        return function.service().ports().stream()
                .map(port -> new PublishedPort(
                        world.gatewayPort(function.name(), port.containerPort()), port.containerPort()))
                .toList();
    }

    private TelemetryTarget telemetry() {
        return new TelemetryTarget(
                world.host().getHostAddress(),
                world.identity().otlpGrpcPort(),
                world.identity().token());
    }

    private @Nullable String addressOf(String name) {
        Workload workload = world.workload(name);
        return workload == null ? null : workload.address();
    }

    private static String fusedName(GroupStatus group) {
        return "fused-" + group.name();
    }
}
