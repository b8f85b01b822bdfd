package dev.sinter.merger.fuse;

import dev.sinter.merger.contract.Launch;
import java.util.Map;
import java.util.TreeMap;

/** The language packages that a member's interpreter finds. */
public final class PackageVersions {

    private PackageVersions() {}

    /** Version by normalised name; the first directory counts. */
    public static Map<String, String> of(MemberImage member) {
        Launch.Python python = member.launch().python();
        Map<String, String> versions = new TreeMap<>();
        if (python != null) {
            for (String site : python.siteDirs()) {
                Distributions.of(member.tree(), site.substring(1)).versions().forEach(versions::putIfAbsent);
            }
        }
        return versions;
    }
}
