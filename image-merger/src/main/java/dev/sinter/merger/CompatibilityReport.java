package dev.sinter.merger;

import dev.sinter.merger.fuse.Software;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which members may share what, and why not more.
 *
 * @param tier the weakest of all members and pairs
 * @param base the member whose layers a merge would take over
 */
public record CompatibilityReport(Tier tier, String base, List<MemberFacts> members, List<PairReport> pairs) {

    public CompatibilityReport {
        members = List.copyOf(members);
        pairs = List.copyOf(pairs);
    }

    /**
     * What one image is.
     *
     * @param platform such as {@code linux/amd64}
     * @param contract name of the launch contract, {@code unknown} where no rule knows it
     * @param runtime such as {@code python3.13}, {@code null} where it is no interpreter we know
     * @param identity {@code uid:gid} that the user is
     * @param exposedPorts such as {@code 8080/tcp}
     * @param environment names of its variables; values may be secret
     * @param tier the strongest that its own way of starting allows
     * @param reasons why not a stronger one
     */
    public record MemberFacts(
            String name,
            String imageId,
            String platform,
            String contract,
            @Nullable String runtime,
            List<String> argv,
            String workingDir,
            String user,
            String identity,
            @Nullable Integer port,
            List<String> exposedPorts,
            List<String> volumes,
            String stopSignal,
            List<String> environment,
            long bytes,
            Software software,
            Tier tier,
            List<Reason> reasons) {

        public MemberFacts {
            argv = List.copyOf(argv);
            reasons = List.copyOf(reasons);
        }

        /** Language packages by normalised name. */
        public Map<String, String> packages() {
            return software.packages();
        }
    }

    /**
     * An unordered pair. Counts are of paths; what the shared layers hold counts as equal.
     *
     * @param sharedLayers leading layers that both have
     * @param equal in content, mode and owner
     * @param conflicting paths that differ, solved or not
     * @param environment names of variables whose values differ
     * @param packages that both have, in different versions
     * @param reasons those of its members first
     */
    public record PairReport(
            String first,
            String second,
            Tier tier,
            int sharedLayers,
            long onlyFirst,
            long onlySecond,
            long equal,
            long conflicting,
            List<String> environment,
            List<VersionDifference> packages,
            List<Reason> reasons) {

        public PairReport {
            environment = List.copyOf(environment);
            packages = List.copyOf(packages);
            reasons = List.copyOf(reasons);
        }
    }

    /** One package in two versions. */
    public record VersionDifference(Kind kind, String name, String first, String second) {

        /** Whose packages they are. */
        public enum Kind {
            PYTHON,
            SYSTEM
        }
    }

    /**
     * One finding.
     *
     * @param code {@code SNT0260} and up
     * @param limit the strongest tier it still allows; {@link Tier#IN_PROCESS} for a mere note
     * @param path the first file or directory that shows it
     */
    public record Reason(
            String code,
            Tier limit,
            String message,
            @Nullable String path) {}
}
