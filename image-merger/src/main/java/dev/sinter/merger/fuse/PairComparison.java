package dev.sinter.merger.fuse;

import dev.sinter.merger.CompatibilityReport.PairReport;
import dev.sinter.merger.CompatibilityReport.Reason;
import dev.sinter.merger.CompatibilityReport.VersionDifference;
import dev.sinter.merger.ReasonCode;
import dev.sinter.merger.Tier;
import dev.sinter.merger.contract.Launch;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.Layer;
import dev.sinter.merger.tree.FileNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What two members may share, and why not more. */
public final class PairComparison {

    /** Read by C code when the process starts, so that one process can have but one value. */
    private static final Pattern NATIVE_ENVIRONMENT = Pattern.compile(
            "LD_LIBRARY_PATH|LD_PRELOAD|TZ|LANG|LC_.*|PYTHONOPTIMIZE|PYTHONHASHSEED|PYTHONMALLOC|PYTHONDEVMODE"
                    + "|PYTHONUTF8|PYTHONWARNINGS|PYTHONIOENCODING|PYTHONINTMAXSTRDIGITS|PYTHON_GIL|OPENSSL_CONF|SSL_CERT_FILE|SSL_CERT_DIR|GLIBC_TUNABLES|MALLOC_.*|OMP_.*");

    private static final Pattern START_HOOK = Pattern.compile("(sitecustomize|usercustomize)(\\.py|/.*)?");
    private static final Pattern HARMLESS_PTH =
            Pattern.compile("distutils-precedence\\.pth|.*-nspkg\\.pth|a1_coverage\\.pth|_virtualenv\\.pth");

    private final MemberImage first;
    private final MemberImage second;
    private final List<Reason> reasons = new ArrayList<>();

    private PairComparison(MemberImage first, MemberImage second) {
        this.first = first;
        this.second = second;
    }

    public static PairReport compare(MemberImage first, MemberImage second) {
        return new PairComparison(first, second).report();
    }

    private PairReport report() {
        int shared = sharedLayers();
        reasons.addAll(MemberFindings.of(first));
        reasons.addAll(MemberFindings.of(second));
        alreadyFused(first);
        alreadyFused(second);
        if (!first.image().config().platform().runs(second.image().config().platform())) {
            reasons.add(
                    ReasonCode.PLATFORM_DIFFERS.because(first.image().config().platform() + " against "
                            + second.image().config().platform()));
        }
        runtimes();
        programs();
        users();
        environments();
        interpreterOptions(first);
        interpreterOptions(second);
        libc();
        Set<Digest> baseLayers = new LinkedHashSet<>();
        first.image().layers().subList(0, shared).forEach(layer -> baseLayers.add(layer.diffId()));
        privileges(first, baseLayers);
        privileges(second, baseLayers);
        hooks(first, second);
        hooks(second, first);
        volumes(first, second);
        volumes(second, first);
        deletions(first, second, baseLayers);
        deletions(second, first, baseLayers);
        boolean reversed = isProgram(second) && !isProgram(first);
        MemberImage below = reversed ? second : first;
        Overlay overlay = OverlayBuilder.build(new FusedTree(below.tree()), reversed ? first : second);
        reasons.addAll(overlay.reasons());
        List<String> environment = PairNotes.environment(first, second);
        List<VersionDifference> packages = PairNotes.packages(first, second);
        reasons.addAll(PairNotes.of(first, second, environment, packages));
        Tier tier = Tier.IN_PROCESS;
        for (Reason reason : reasons) {
            tier = tier.and(reason.limit());
        }
        long onlyBelow = Math.max(0, below.tree().all().size() - overlay.equal() - overlay.conflicting());
        return new PairReport(
                first.name(),
                second.name(),
                tier,
                shared,
                reversed ? overlay.added() : onlyBelow,
                reversed ? onlyBelow : overlay.added(),
                overlay.equal(),
                overlay.conflicting(),
                environment,
                packages,
                reasons);
    }

    private int sharedLayers() {
        List<Layer> a = first.image().layers();
        List<Layer> b = second.image().layers();
        int shared = 0;
        while (shared < Math.min(a.size(), b.size())
                && a.get(shared).diffId().equals(b.get(shared).diffId())) {
            shared++;
        }
        return shared;
    }

    private void alreadyFused(MemberImage member) {
        if (member.tree().get(".sinter") != null) {
            reasons.add(ReasonCode.ALREADY_FUSED.at("/.sinter", member.name() + ": is a fused image itself"));
        }
    }

    private void runtimes() {
        Launch.Python a = first.launch().python();
        Launch.Python b = second.launch().python();
        if (a == null || b == null) {
            if (first.launch().capturable() || second.launch().capturable()) {
                reasons.add(ReasonCode.RUNTIME_DIFFERS.because(runtime(first) + " against " + runtime(second)));
            }
            return;
        }
        FileNode binaryA = first.tree().resolve(a.realPath());
        FileNode binaryB = second.tree().resolve(b.realPath());
        boolean same = a.version().equals(b.version())
                && a.realPath().equals(b.realPath())
                && binaryA != null
                && binaryB != null
                && binaryA.sameAs(binaryB);
        if (!same) {
            String builds = a.version().equals(b.version()) ? " (two builds)" : "";
            reasons.add(ReasonCode.RUNTIME_DIFFERS.at(
                    a.realPath(), runtime(first) + " against " + runtime(second) + builds));
        }
    }

    /** What runs unmodified brings neither an interpreter for the launcher nor a way to change its port. */
    private void programs() {
        if (!isProgram(first) && !isProgram(second)) {
            return;
        }
        if (Interpreters.of(first) == null && Interpreters.of(second) == null) {
            reasons.add(ReasonCode.NO_INTERPRETER.because("neither " + first.name() + " nor " + second.name()
                    + " has a Python that can start them (expected: 3.9 or later with its standard library)"));
        }
        if (first.launch().port() != null && PortPlan.collide(first, second)) {
            reasons.add(ReasonCode.PORT_COLLIDES.because(
                    "both listen on " + first.launch().port() + ", and nothing says that one obeys PORT"));
        }
    }

    private static boolean isProgram(MemberImage member) {
        return !member.launch().capturable();
    }

    private static String runtime(MemberImage member) {
        Launch.Python python = member.launch().python();
        return python == null ? member.launch().contract() : python.runtime();
    }

    private void users() {
        String a = Users.identity(first.tree(), first.launch().user());
        String b = Users.identity(second.tree(), second.launch().user());
        if (!a.equals(b)) {
            reasons.add(ReasonCode.USER_DIFFERS.because(
                    first.name() + " runs as " + a + ", " + second.name() + " as " + b + " (expected: one user)"));
        }
    }

    private void environments() {
        Map<String, String> a = first.launch().environment();
        Map<String, String> b = second.launch().environment();
        Set<String> names = new TreeSet<>(a.keySet());
        names.addAll(b.keySet());
        for (String name : names) {
            if (NATIVE_ENVIRONMENT.matcher(name).matches() && !Objects.equals(a.get(name), b.get(name))) {
                reasons.add(ReasonCode.NATIVE_ENVIRONMENT.because(
                        name + " differs, and native code reads it once per process"));
            }
        }
    }

    private void interpreterOptions(MemberImage member) {
        List<String> options = member.launch().interpreterOptions();
        if (!options.isEmpty()) {
            reasons.add(ReasonCode.INTERPRETER_OPTIONS.because(member.name() + " starts its interpreter with "
                    + String.join(" ", options) + ", which holds for a whole process"));
        }
    }

    private void libc() {
        String a = Libc.of(first.tree());
        String b = Libc.of(second.tree());
        if (!a.equals(b) && !a.equals(Libc.NONE) && !b.equals(Libc.NONE)) {
            reasons.add(ReasonCode.LIBC_DIFFERS.because(first.name() + " has " + a + ", " + second.name() + " " + b));
        }
    }

    /** A file that lends privileges would lend them to the other function too. */
    private void privileges(MemberImage member, Set<Digest> baseLayers) {
        for (FileNode node : member.tree().all()) {
            // Capabilities name what they lend; these lend everything.
            boolean lends = (node.entry().mode() & 06000) != 0;
            if (lends && node.isFile() && !baseLayers.contains(node.layer()) && isNew(node, member)) {
                reasons.add(ReasonCode.SETUID.at(
                        "/" + node.path(),
                        member.name() + ": /" + node.path() + " lends privileges that the shared base does not"));
                return;
            }
        }
    }

    private boolean isNew(FileNode node, MemberImage member) {
        MemberImage other = member.equals(first) ? second : first;
        FileNode there = other.tree().get(node.path());
        return there == null || !there.sameAs(node);
    }

    /** Code that every interpreter start runs, from packages directories alone. */
    private void hooks(MemberImage member, MemberImage other) {
        Launch.Python python = member.launch().python();
        for (String site : python == null ? List.<String>of() : python.siteDirs()) {
            for (FileNode node : member.tree().under(site.substring(1))) {
                String name = node.path().substring(site.length());
                FileNode there = other.tree().get(node.path());
                if (name.contains("/") || (there != null && there.sameAs(node))) {
                    continue;
                }
                boolean pth = name.endsWith(".pth")
                        && !HARMLESS_PTH.matcher(name).matches()
                        && (node.head() == null
                                || Pattern.compile("(?m)^import[ \\t]")
                                        .matcher(node.head())
                                        .find());
                if (pth || START_HOOK.matcher(name).matches()) {
                    reasons.add(ReasonCode.START_HOOK.at(
                            "/" + node.path(), member.name() + ": /" + node.path() + " runs in every interpreter"));
                }
            }
        }
    }

    /** What is mounted for one function must not hide what the other one has there. */
    private void volumes(MemberImage member, MemberImage other) {
        for (String volume : member.image().config().volumes()) {
            String path = other.tree().realPath(volume, true);
            if (path != null && other.tree().under(path).stream().anyMatch(FileNode::isFile)) {
                reasons.add(ReasonCode.VOLUME.at(
                        volume, member.name() + ": its volume " + volume + " would hide files of " + other.name()));
            }
        }
    }

    /** A file of the shared base that one side removed would come back for it. */
    private void deletions(MemberImage member, MemberImage other, Set<Digest> baseLayers) {
        Map<String, FileNode> gone = new LinkedHashMap<>();
        for (FileNode node : other.tree().all()) {
            if (member.tree().get(node.path()) == null
                    && baseLayers.contains(node.layer())
                    && !PathRules.noise(node.path())
                    && !PathRules.engineOwned(node.path())
                    && PythonPaths.siteOf(node.path()) == null
                    && !inOwnCode(node.path(), member)) {
                gone.put(node.path(), node);
            }
        }
        @Nullable
        String shown = gone.isEmpty() ? null : gone.keySet().iterator().next();
        if (shown != null) {
            reasons.add(ReasonCode.DELETED_FILE.at(
                    "/" + shown,
                    member.name() + ": removed /" + shown + " of the shared base, " + other.name() + " has it ("
                            + gone.size() + " such paths)"));
        }
    }

    private static boolean inOwnCode(String path, MemberImage member) {
        return member.launch().codeRoots().stream()
                .anyMatch(root -> root.length() > 1 && PathRules.below(path, root.substring(1)));
    }
}
