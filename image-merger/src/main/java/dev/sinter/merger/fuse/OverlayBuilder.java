package dev.sinter.merger.fuse;

import dev.sinter.merger.CompatibilityReport.Reason;
import dev.sinter.merger.ReasonCode;
import dev.sinter.merger.contract.Launch;
import dev.sinter.merger.fuse.Overlay.Placement;
import dev.sinter.merger.tree.FileNode;
import dev.sinter.merger.tree.FileTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Lays one member over a fused tree. Every path of the member ends in one of these ways:
 *
 * <ol>
 *   <li>it is there alike: shared;
 *   <li>it is not there: added at its own path;
 *   <li>it differs and is book-keeping that no program reads: what is there stays;
 *   <li>it differs and belongs to a Python distribution: that distribution, and all that need it, are copied for this
 *       member;
 *   <li>it lies in a directory of the member's own code where the tree has something else: the directory moves;
 *   <li>it is a list of accounts: both lists' lines;
 *   <li>anything else is a conflict, and no tier that shares files is possible.
 * </ol>
 */
final class OverlayBuilder {

    static final String PRIVATE_ROOT = ".sinter/fn/";
    private static final int SHOWN = 5;

    private final FusedTree tree;
    private final MemberImage member;
    private final String privateRoot;
    private final TreeSet<String> conflicts = new TreeSet<>();
    private final SortedMap<String, Set<String>> privateNames = new TreeMap<>();
    private final Map<String, String> moved = new LinkedHashMap<>();
    private final List<Placement> placements = new ArrayList<>();
    private final List<Reason> reasons = new ArrayList<>();
    private long equal;
    private long added;

    private OverlayBuilder(FusedTree tree, MemberImage member) {
        this.tree = tree;
        this.member = member;
        this.privateRoot = PRIVATE_ROOT + member.name();
    }

    /** Leaves the tree as it is. */
    static Overlay build(FusedTree tree, MemberImage member) {
        OverlayBuilder builder = new OverlayBuilder(tree, member);
        builder.compare();
        int conflicting = builder.conflicts.size();
        // A program that runs unmodified finds its files where it looks for them.
        if (member.launch().capturable()) {
            builder.moveCode();
            builder.copyPackages();
        } else {
            builder.refuseOtherVersions();
        }
        builder.placeAll();
        builder.keepHardLinks();
        builder.refuseConflicts();
        Map<String, String> relocated = new LinkedHashMap<>();
        builder.moved.forEach((from, to) -> relocated.put("/" + from, "/" + to));
        List<String> packages = builder.privateNames.keySet().stream()
                .map(site -> "/" + builder.privateRoot + "/" + site)
                .toList();
        return new Overlay(
                builder.placements, relocated, packages, builder.reasons, builder.equal, builder.added, conflicting);
    }

    private void compare() {
        for (FileNode node : member.tree().all()) {
            FileNode there = tree.get(node.path());
            if (there == null) {
                added += PathRules.engineOwned(node.path()) ? 0 : 1;
            } else if (there.sameAs(node)) {
                equal++;
            } else if (!PathRules.noise(node.path()) && !PathRules.engineOwned(node.path())) {
                conflicts.add(node.path());
            }
        }
    }

    /** Code moves as a whole directory, so that what lies side by side stays so. */
    private void moveCode() {
        for (String root : member.launch().codeRoots()) {
            String path = root.substring(1);
            if (PathRules.broad(path)) {
                moveSingly(path);
            } else if (mappedTo(path) == null && strangersIn(path)) {
                move(path);
            }
        }
        conflicts.removeIf(path -> mappedTo(path) != null);
        if (!moved.isEmpty()) {
            reasons.add(ReasonCode.CODE_RELOCATED.at(
                    "/" + moved.keySet().iterator().next(),
                    member.name() + ": own code moves to /" + privateRoot + " as the path is taken: /"
                            + String.join(", /", moved.keySet())));
        }
    }

    private boolean strangersIn(String directory) {
        FileNode there = tree.get(directory);
        FileNode own = member.tree().get(directory);
        if (there == null || own == null) {
            return false;
        }
        if (!there.sameAs(own)) {
            return true;
        }
        for (FileNode node : tree.under(directory)) {
            FileNode mine = member.tree().get(node.path());
            boolean known = mine != null && mine.sameAs(node);
            if (!known && !PathRules.noise(node.path())) {
                return true;
            }
        }
        return false;
    }

    /** In a directory that is everybody's, only what conflicts can be told to be the function's own. */
    private void moveSingly(String directory) {
        for (String path : conflicts) {
            if (!PathRules.below(path, directory) || mappedTo(path) != null) {
                continue;
            }
            int from = directory.isEmpty() ? 0 : directory.length() + 1;
            int slash = path.indexOf('/', from);
            if (slash < 0) {
                FileNode node = member.tree().get(path);
                if (node != null && node.isFile() && path.endsWith(".py")) {
                    move(path);
                }
            } else if (!PathRules.broad(path.substring(0, slash))) {
                move(path.substring(0, slash));
            }
        }
    }

    private void move(String path) {
        moved.put(path, privateRoot + "/" + path);
    }

    private void copyPackages() {
        SortedMap<String, Set<String>> touched = new TreeMap<>();
        for (String path : conflicts) {
            String site = PythonPaths.siteOf(path);
            if (site != null) {
                touched.computeIfAbsent(site, s -> new TreeSet<>()).add(PythonPaths.topLevel(path, site));
            }
        }
        addOtherVersions(touched);
        for (Map.Entry<String, Set<String>> site : touched.entrySet()) {
            Distributions own = Distributions.of(member.tree(), site.getKey());
            Set<String> names = own.closure(site.getValue());
            privateNames.put(site.getKey(), names);
            reasons.add(ReasonCode.PACKAGE_PRIVATE.at(
                    "/" + site.getKey(),
                    member.name() + ": own copies of packages whose versions differ, and of those that need them: "
                            + String.join(", ", own.owners(names))));
            String twice = loadedTwice(site.getKey(), names);
            if (twice != null) {
                reasons.add(ReasonCode.NATIVE_PACKAGE_DIFFERS.at(
                        "/" + twice, member.name() + ": a native extension would be loaded twice by one interpreter"));
            }
        }
        conflicts.removeIf(this::isPrivate);
    }

    private void refuseOtherVersions() {
        SortedMap<String, Set<String>> touched = new TreeMap<>();
        addOtherVersions(touched);
        touched.forEach((site, names) -> names.forEach(name -> conflicts.add(site + "/" + name)));
    }

    /** Two versions whose files are the same differ in their metadata's path alone: one directory must not have both. */
    private void addOtherVersions(SortedMap<String, Set<String>> touched) {
        Launch.Python python = member.launch().python();
        for (String directory : python == null ? List.<String>of() : python.siteDirs()) {
            String site = directory.substring(1);
            Map<String, String> there = Distributions.metadata(tree.under(site), site);
            Distributions.metadata(member.tree().under(site), site).forEach((name, metadata) -> {
                String other = there.get(name);
                if (other != null && !other.equals(metadata) && !PathRules.noise(site + "/" + metadata)) {
                    touched.computeIfAbsent(site, s -> new TreeSet<>()).add(metadata);
                }
            });
        }
    }

    private @Nullable String loadedTwice(String site, Set<String> names) {
        for (String name : names) {
            String top = site + "/" + name;
            if (PythonPaths.isNative(top) && tree.get(top) != null) {
                return top;
            }
            boolean there = tree.under(top).stream().anyMatch(node -> PythonPaths.isNative(node.path()));
            for (FileNode node : member.tree().under(top)) {
                if (there && PythonPaths.isNative(node.path())) {
                    return node.path();
                }
            }
        }
        return null;
    }

    private boolean isPrivate(String path) {
        for (Map.Entry<String, Set<String>> site : privateNames.entrySet()) {
            if (path.startsWith(site.getKey() + "/")
                    && site.getValue().contains(PythonPaths.topLevel(path, site.getKey()))) {
                return true;
            }
        }
        return false;
    }

    private void placeAll() {
        for (FileNode node : member.tree().all()) {
            String path = node.path();
            String target = placeOf(path);
            if (!target.equals(path)) {
                placements.add(new Placement(target, node, null, linkFrom(node, target)));
            } else {
                placeAtHome(node);
            }
        }
    }

    private void placeAtHome(FileNode node) {
        String path = node.path();
        FileNode there = tree.get(path);
        if (there == null) {
            if (!PathRules.engineOwned(path) && !PythonPaths.isStaleBytecode(path, tree, member.tree())) {
                placements.add(new Placement(path, node, null, linkFrom(node, path)));
            }
        } else if (conflicts.contains(path) && PathRules.accounts(path) && there.isFile() && node.isFile()) {
            String both = Accounts.merge(there.head(), node.head());
            if (both != null) {
                conflicts.remove(path);
                if (!both.equals(there.head())) {
                    placements.add(new Placement(path, there, both, null));
                }
            }
        }
    }

    /**
     * What are names of one file stay so, for the member and for those before it. A layer cannot link to what lower layers
     * hold: where a file gets another name, all its names are written again.
     */
    private void keepHardLinks() {
        HardLinks theirs = HardLinks.of(tree.nodes());
        HardLinks own = HardLinks.of(member.tree().nodes());
        for (SortedSet<String> names : theirs.groups()) {
            List<String> seen = names.stream().filter(this::shared).toList();
            if (!seen.isEmpty() && !own.with(seen.getFirst()).containsAll(seen)) {
                conflicts.addAll(seen);
            }
        }
        for (SortedSet<String> names : own.groups()) {
            List<String> shared = names.stream().filter(this::shared).toList();
            if (shared.isEmpty()) {
                continue;
            }
            String first = shared.getFirst();
            List<Placement> placed = placements.stream()
                    .filter(placement -> placement.content() == null
                            && names.contains(placement.node().path()))
                    .toList();
            if (!theirs.with(first).containsAll(shared)) {
                conflicts.addAll(shared);
            } else if (!placed.isEmpty()) {
                placements.removeAll(placed);
                writeAgain(placed, theirs.with(first));
            }
        }
    }

    /** Whether the member sees the tree's own file at this path. */
    private boolean shared(String path) {
        FileNode there = tree.get(path);
        FileNode mine = member.tree().get(path);
        return there != null
                && mine != null
                && there.sameAs(mine)
                && mappedTo(path) == null
                && !isPrivate(path)
                && !PathRules.noise(path);
    }

    private void writeAgain(List<Placement> placed, SortedSet<String> theirs) {
        FileNode there = Objects.requireNonNull(tree.get(theirs.first()));
        FileNode file = placed.getFirst().node().withTimeOf(there);
        Set<String> all = new TreeSet<>(theirs);
        placed.forEach(placement -> all.add(placement.path()));
        all.forEach(path -> placements.add(new Placement(path, file, null, null)));
    }

    private String placeOf(String path) {
        String target = mappedTo(path);
        return target == null && isPrivate(path) ? privateRoot + "/" + path : target == null ? path : target;
    }

    /** Links of or into moved directories must still lead to the member's own files; {@code null} for no change. */
    private @Nullable String linkFrom(FileNode node, String target) {
        if (!node.isSymlink() || moved.isEmpty()) {
            return null;
        }
        String link = node.entry().linkTarget();
        String parent = FileTree.parent(node.path());
        String meant = member.tree().realPath(link.startsWith("/") ? link : parent + "/" + link, false);
        if (meant == null) {
            return null;
        }
        String meantTo = mappedTo(meant);
        boolean moves = !target.equals(node.path());
        if (link.startsWith("/")) {
            return meantTo == null ? null : "/" + meantTo;
        }
        boolean together = moves && meantTo != null && mappingOf(meant).equals(mappingOf(node.path()));
        boolean bothStay = !moves && meantTo == null;
        return together || bothStay ? null : "/" + (meantTo == null ? meant : meantTo);
    }

    private String mappingOf(String path) {
        return moved.keySet().stream()
                .filter(from -> PathRules.below(path, from))
                .findFirst()
                .orElse("");
    }

    /** Where a path of the member is in the fused image, {@code null} if it did not move. */
    private @Nullable String mappedTo(String path) {
        for (Map.Entry<String, String> mapping : moved.entrySet()) {
            if (PathRules.below(path, mapping.getKey())) {
                return mapping.getValue() + path.substring(mapping.getKey().length());
            }
        }
        return null;
    }

    private void refuseConflicts() {
        for (String path : conflicts.stream().limit(SHOWN).toList()) {
            ReasonCode code = PathRules.accounts(path) ? ReasonCode.ACCOUNTS_DIFFER : ReasonCode.FILE_CONFLICT;
            FileNode there = tree.get(path);
            FileNode mine = member.tree().get(path);
            String more = conflicts.size() > SHOWN ? " (" + conflicts.size() + " such paths)" : "";
            reasons.add(code.at(
                    "/" + path, member.name() + ": " + Differences.describe(there, mine) + " at /" + path + more));
        }
    }
}
