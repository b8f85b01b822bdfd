package dev.sinter.merger;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which members may share what, and why not more.
 *
 * @param tier the weakest of all pairs (one member: its own)
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
     * @param contract name of the launch contract, {@code unknown} where no rule knows it
     * @param runtime such as {@code python3.13}, {@code null} where it is no interpreter we know
     * @param libc "glibc", "musl" or "none"
     * @param packages language packages by normalised name
     */
    public record MemberFacts(
            String name,
            String imageId,
            String contract,
            @Nullable String runtime,
            String libc,
            List<String> argv,
            String workingDir,
            String user,
            @Nullable Integer port,
            long bytes,
            Map<String, String> packages) {

        public MemberFacts {
            argv = List.copyOf(argv);
            packages = Map.copyOf(packages);
        }
    }

    /**
     * An unordered pair.
     *
     * @param sharedLayers leading layers that both have
     * @param equal paths that are equal in content, mode and owner outside those layers
     * @param conflicting paths that differ
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
            List<Reason> reasons) {

        public PairReport {
            reasons = List.copyOf(reasons);
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
