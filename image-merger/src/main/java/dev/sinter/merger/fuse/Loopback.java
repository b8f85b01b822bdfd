package dev.sinter.merger.fuse;

import dev.sinter.merger.LocalPair;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Addresses of their own for the callees of unmodified programs, whose calls nothing inside them keeps local: in the fused
 * workload their names must resolve to these.
 */
final class Loopback {

    private Loopback() {}

    static Map<String, String> of(List<MemberImage> members, List<LocalPair> local) {
        Set<String> programs = members.stream()
                .filter(member -> !member.launch().capturable())
                .map(MemberImage::name)
                .collect(Collectors.toSet());
        List<String> names = members.stream().map(MemberImage::name).sorted().toList();
        Map<String, String> addresses = new TreeMap<>();
        for (LocalPair pair : local) {
            if (programs.contains(pair.caller())) {
                addresses.put(pair.callee(), "127.7.0." + (names.indexOf(pair.callee()) + 1));
            }
        }
        return addresses;
    }
}
