package dev.sinter.merger;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What to fuse.
 *
 * @param group name of the fusion group
 * @param members two or more in general; one is allowed (it is then only wrapped)
 * @param local the calls that become local; every name must be a member's
 * @param weakest the weakest tier that is still worth building; a group that only reaches a weaker one is refused
 * @param strongest the tier to build where the group reaches that or a stronger one
 */
public record MergeRequest(String group, List<Member> members, List<LocalPair> local, Tier weakest, Tier strongest) {

    private static final int MAX_MEMBERS = 64;

    /** Builds the strongest tier that the group reaches. */
    public MergeRequest(String group, List<Member> members, List<LocalPair> local, Tier weakest) {
        this(group, members, local, weakest, Tier.IN_PROCESS);
    }

    public MergeRequest {
        members = List.copyOf(members);
        local = List.copyOf(local);
        if (members.isEmpty() || members.size() > MAX_MEMBERS) {
            throw new MergeException(
                    MergeProblem.BAD_REQUEST, "members: " + members.size() + " (expected: 1 to " + MAX_MEMBERS + ")");
        }
        Set<String> names = new HashSet<>();
        for (Member member : members) {
            if (!names.add(member.name())) {
                throw new MergeException(
                        MergeProblem.BAD_REQUEST,
                        "members: two are named " + member.name() + " (expected: every name once)");
            }
        }
        for (LocalPair pair : local) {
            if (!names.contains(pair.caller()) || !names.contains(pair.callee())) {
                throw new MergeException(
                        MergeProblem.BAD_REQUEST,
                        "local: " + pair.caller() + " -> " + pair.callee() + " (expected: names out of " + names + ")");
            }
        }
    }
}
