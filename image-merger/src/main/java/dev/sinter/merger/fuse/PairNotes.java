package dev.sinter.merger.fuse;

import dev.sinter.merger.CompatibilityReport.Reason;
import dev.sinter.merger.CompatibilityReport.VersionDifference;
import dev.sinter.merger.ReasonCode;
import dev.sinter.merger.contract.Launch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/** Where two members differ without keeping them apart: the runtime gives each what it would have alone. */
final class PairNotes {

    private static final int SHOWN = 3;
    private static final String DEFAULT_SIGNAL = "SIGTERM";

    private final MemberImage first;
    private final MemberImage second;
    private final List<Reason> reasons = new ArrayList<>();

    private PairNotes(MemberImage first, MemberImage second) {
        this.first = first;
        this.second = second;
    }

    static List<Reason> of(
            MemberImage first, MemberImage second, List<String> environment, List<VersionDifference> packages) {
        return new PairNotes(first, second).notes(environment, packages);
    }

    private List<Reason> notes(List<String> environment, List<VersionDifference> packages) {
        Launch a = first.launch();
        Launch b = second.launch();
        if (!environment.isEmpty()) {
            reasons.add(ReasonCode.ENVIRONMENT_DIFFERS.because(
                    "each keeps its own value of " + String.join(", ", environment)));
        }
        differs(ReasonCode.DIRECTORY_DIFFERS, "works in", a.workingDir(), b.workingDir());
        String signalA = Objects.requireNonNullElse(first.image().config().stopSignal(), DEFAULT_SIGNAL);
        String signalB = Objects.requireNonNullElse(second.image().config().stopSignal(), DEFAULT_SIGNAL);
        if (!signalA.equals(DEFAULT_SIGNAL) || !signalB.equals(DEFAULT_SIGNAL)) {
            reasons.add(ReasonCode.STOP_SIGNAL.because(first.name() + " is stopped by " + signalA + ", " + second.name()
                    + " by " + signalB + ": the fused workload by " + DEFAULT_SIGNAL));
        }
        if (a.port() != null && a.port().equals(b.port())) {
            reasons.add(ReasonCode.SAME_PORT.because("both listen on " + a.port() + ": told apart by the Host header"));
        }
        List<VersionDifference> system = packages.stream()
                .filter(difference -> difference.kind() == VersionDifference.Kind.SYSTEM)
                .toList();
        if (!system.isEmpty()) {
            List<String> shown = system.stream()
                    .limit(SHOWN)
                    .map(difference -> difference.name() + " " + difference.first() + " against " + difference.second())
                    .toList();
            reasons.add(
                    ReasonCode.SYSTEM_PACKAGES_DIFFER.because(system.size() + " packages of the distribution differ: "
                            + String.join(", ", shown) + (system.size() > SHOWN ? " …" : "")));
        }
        return reasons;
    }

    private void differs(ReasonCode code, String what, String a, String b) {
        if (!a.equals(b)) {
            reasons.add(code.because(first.name() + " " + what + " " + a + ", " + second.name() + " in " + b));
        }
    }

    /** Names of variables that both have, with different values: values may be secret. */
    static List<String> environment(MemberImage first, MemberImage second) {
        Map<String, String> a = first.launch().environment();
        Map<String, String> b = second.launch().environment();
        TreeSet<String> names = new TreeSet<>(a.keySet());
        names.addAll(b.keySet());
        names.removeIf(name -> Objects.equals(a.get(name), b.get(name)));
        return List.copyOf(names);
    }

    /** Packages that both have, in different versions. */
    static List<VersionDifference> packages(MemberImage first, MemberImage second) {
        List<VersionDifference> differences = new ArrayList<>();
        add(VersionDifference.Kind.PYTHON, PackageVersions.of(first), PackageVersions.of(second), differences);
        add(
                VersionDifference.Kind.SYSTEM,
                SystemPackages.of(first.tree()),
                SystemPackages.of(second.tree()),
                differences);
        return differences;
    }

    private static void add(
            VersionDifference.Kind kind,
            Map<String, String> a,
            Map<String, String> b,
            List<VersionDifference> differences) {
        a.forEach((name, version) -> {
            String other = b.get(name);
            if (other != null && !other.equals(version)) {
                differences.add(new VersionDifference(kind, name, version, other));
            }
        });
    }
}
