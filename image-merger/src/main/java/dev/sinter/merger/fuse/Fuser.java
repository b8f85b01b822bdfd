package dev.sinter.merger.fuse;

import dev.sinter.merger.CompatibilityReport.Reason;
import dev.sinter.merger.LocalPair;
import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;
import dev.sinter.merger.Tier;
import dev.sinter.merger.contract.Launch;
import dev.sinter.merger.fuse.FusedConfig.NewLayer;
import dev.sinter.merger.fuse.FusedPlan.Placed;
import dev.sinter.merger.fuse.Overlay.Placement;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.Image;
import dev.sinter.merger.oci.Layer;
import dev.sinter.merger.transport.BuiltImage;
import dev.sinter.merger.transport.Workspace;
import dev.sinter.merger.tree.FileNode;
import dev.sinter.merger.tree.LayerStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds the layers, the plan and the config of a fused image. */
public final class Fuser {

    private final LayerStore store;
    private final Workspace workspace;

    public Fuser(LayerStore store, Workspace workspace) {
        this.store = store;
        this.workspace = workspace;
    }

    /**
     * The member whose layers are best taken over: the one that leaves the fewest bytes to be written. Where there are
     * programs that run unmodified it is one of these, as nothing of theirs can move.
     */
    public static MemberImage base(List<MemberImage> members) {
        return members.stream()
                .max(Comparator.comparing(
                                (MemberImage member) -> !member.launch().capturable())
                        .thenComparingLong(Fuser::bytes)
                        .thenComparing(Comparator.comparing(MemberImage::name).reversed()))
                .orElseThrow();
    }

    /** All files of the image; what one member has cannot be part of what others have to add. */
    public static long bytes(MemberImage member) {
        long sum = 0;
        for (FileNode node : member.tree().all()) {
            sum += node.inode().equals(node.path()) ? node.entry().size() : 0;
        }
        return sum;
    }

    public BuiltImage fuse(String group, Tier tier, List<MemberImage> given, List<LocalPair> local) throws IOException {
        MemberImage base = base(given);
        List<MemberImage> members = new ArrayList<>(List.of(base));
        given.stream()
                .filter(member -> !member.name().equals(base.name()))
                .sorted(Comparator.comparing(
                                (MemberImage member) -> member.launch().capturable())
                        .thenComparing(MemberImage::name))
                .forEach(members::add);
        FusedTree tree = new FusedTree(base.tree());
        List<NewLayer> added = new ArrayList<>();
        Map<String, Placed> placed = new LinkedHashMap<>();
        added.add(new NewLayer(runtime(tree), "sinter merge: runtime"));
        placed.put(base.name(), new Placed(Map.of(), foreignPackages(base, base, Map.of())));
        for (MemberImage member : members.subList(1, members.size())) {
            Overlay overlay = OverlayBuilder.build(tree, member);
            refuseConflicts(tier, overlay);
            LayerWriter writer = new LayerWriter(tree);
            try (MemberTars tars = new MemberTars(member.image(), store)) {
                writer.add(overlay.placements(), tars);
                if (!writer.isEmpty()) {
                    added.add(new NewLayer(write(writer), "sinter merge: " + member.name()));
                }
            }
            for (Placement placement : overlay.placements()) {
                tree.put(placement.path(), placement.node().rewrittenFor(member.name()));
            }
            List<String> packages = new ArrayList<>(overlay.privatePackages());
            packages.addAll(foreignPackages(base, member, overlay.relocated()));
            placed.put(member.name(), new Placed(overlay.relocated(), packages));
        }
        LayerWriter plan = new LayerWriter(tree);
        PortPlan ports = PortPlan.of(
                given.stream().sorted(Comparator.comparing(MemberImage::name)).toList());
        Map<String, String> loopback = Loopback.of(given, local);
        byte[] document = FusedPlan.write(group, tier, members, placed, local, ports, loopback);
        plan.addFile(FusedPlan.PATH, document);
        added.add(new NewLayer(write(plan), "sinter merge: plan"));
        return image(group, tier, members, added, document, ports, loopback);
    }

    private BuiltImage image(
            String group,
            Tier tier,
            List<MemberImage> members,
            List<NewLayer> added,
            byte[] plan,
            PortPlan ports,
            Map<String, String> loopback)
            throws IOException {
        Image base = members.getFirst().image();
        List<Layer> layers = new ArrayList<>(base.layers());
        List<Long> bytes = new ArrayList<>();
        for (Layer layer : layers) {
            bytes.add(store.index(layer).tarBytes());
        }
        for (NewLayer layer : added) {
            layers.add(layer.layer());
            bytes.add(layer.layer().blob().size());
        }
        return new BuiltImage(
                FusedConfig.of(group, launcher(members), members, added, ports.front(), loopback),
                layers,
                base.layers().size(),
                bytes,
                annotations(group, tier, members, plan),
                loopback,
                new String(plan, StandardCharsets.UTF_8));
    }

    private static Map<String, String> annotations(String group, Tier tier, List<MemberImage> members, byte[] plan) {
        Map<String, String> annotations = new LinkedHashMap<>();
        Image base = members.getFirst().image();
        if (base.manifestDigest() != null) {
            annotations.put(
                    "org.opencontainers.image.base.digest",
                    base.manifestDigest().value());
            annotations.put("org.opencontainers.image.base.name", base.reference());
        }
        annotations.put("dev.sinter.group", group);
        annotations.put("dev.sinter.tier", tier.name());
        annotations.put("dev.sinter.plan-digest", Digest.of(plan).value());
        annotations.put(
                "dev.sinter.inputs",
                String.join(
                        ",",
                        members.stream()
                                .map(member -> member.name() + "="
                                        + member.image().config().digest())
                                .sorted()
                                .toList()));
        return annotations;
    }

    /** The interpreter that starts the launcher: the base's, as its packages need no second look, else any member's. */
    private static String launcher(List<MemberImage> members) {
        Launch.Python base = members.getFirst().launch().python();
        if (base != null && base.isSupported()) {
            return base.path();
        }
        for (MemberImage member : members) {
            String python = Interpreters.of(member);
            if (python != null) {
                return python;
            }
        }
        throw new MergeException(
                MergeProblem.TIER_NOT_REACHED,
                "interpreter: none of "
                        + members.stream().map(MemberImage::name).toList()
                        + " has Python 3.9 or later (expected: one, as the launcher needs it). Maybe run them as "
                        + Tier.CO_POD + ".");
    }

    /** Packages of an interpreter or virtual environment that the launcher's does not look at. */
    private static List<String> foreignPackages(MemberImage base, MemberImage member, Map<String, String> relocated) {
        Launch.Python launcher = base.launch().python();
        Launch.Python own = member.launch().python();
        if (own == null || launcher == null) {
            return List.of();
        }
        List<String> foreign = new ArrayList<>();
        for (String site : own.siteDirs()) {
            String now = site;
            for (Map.Entry<String, String> mapping : relocated.entrySet()) {
                if (PathRules.below(site, mapping.getKey())) {
                    now = mapping.getValue() + site.substring(mapping.getKey().length());
                }
            }
            if (!launcher.siteDirs().contains(now)) {
                foreign.add(now);
            }
        }
        return foreign;
    }

    private static void refuseConflicts(Tier tier, Overlay overlay) {
        for (Reason reason : overlay.reasons()) {
            if (reason.limit().compareTo(tier) > 0) {
                throw new MergeException(
                        MergeProblem.TIER_NOT_REACHED,
                        "tier: " + tier + " (expected: at most " + reason.limit() + "). " + reason.code() + " "
                                + reason.message());
            }
        }
    }

    private Layer runtime(FusedTree tree) throws IOException {
        LayerWriter writer = new LayerWriter(tree);
        RuntimeFiles.python().forEach((path, content) -> writer.addFile(FusedConfig.RUNTIME + path, content));
        return write(writer);
    }

    private Layer write(LayerWriter writer) throws IOException {
        return writer.write(workspace.newFile(".layer"));
    }
}
