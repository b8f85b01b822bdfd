package dev.sinter.control.lifecycle;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything durable about a fusion group. Immutable; the store keeps the newest one.
 *
 * @param name DNS-1123 label, unique in its application
 * @param members functions served by the fused workload
 * @param homes members whose remote calls go to the fused workload once it serves everything
 * @param entries members that are called from outside the group: only their routes are shared while shifting
 * @param local calls that do not leave the process
 * @param state where the group stands
 * @param paused whether nothing may happen to it
 * @param fusedPercent share of traffic on the fused workload, 0 to 100
 * @param image reference of the fused image, once built
 * @param tier how its members share the fused workload ({@code IN_PROCESS}, {@code FORKED} or {@code CO_PROCESS}), once built
 * @param memberDigests image digest of every member, as merged
 * @param since when {@code state} was entered
 * @param reasonCode message code of {@code reason}, or empty
 * @param reason why the state was entered, for people
 * @param failed whether an unfuse in progress ends in {@link GroupState#FAILED}
 */
public record GroupStatus(
        String name,
        List<String> members,
        List<String> homes,
        List<String> entries,
        List<LocalPair> local,
        GroupState state,
        boolean paused,
        int fusedPercent,
        @Nullable String image,
        @Nullable String tier,
        Map<String, String> memberDigests,
        Instant since,
        String reasonCode,
        String reason,
        boolean failed) {

    public GroupStatus {
        members = List.copyOf(members);
        homes = List.copyOf(homes);
        entries = List.copyOf(entries);
        local = List.copyOf(local);
        memberDigests = Map.copyOf(memberDigests);
    }

    /** A group that the planner found. */
    public static GroupStatus proposed(
            String name,
            List<String> members,
            List<String> homes,
            List<String> entries,
            List<LocalPair> local,
            Instant now) {
        return new GroupStatus(
                name,
                members,
                homes,
                entries,
                local,
                GroupState.PROPOSED,
                false,
                0,
                null,
                null,
                Map.of(),
                now,
                "SNT0810",
                "The plan predicts a saving",
                false);
    }

    /** The same group with its fused image built. */
    public GroupStatus withImage(String reference, String builtTier, Map<String, String> digests) {
        return new GroupStatus(
                name,
                members,
                homes,
                entries,
                local,
                state,
                paused,
                fusedPercent,
                reference,
                builtTier,
                digests,
                since,
                reasonCode,
                reason,
                failed);
    }

    /** The same group with another share of traffic on the fused workload. */
    public GroupStatus withFusedPercent(int percent) {
        return entering(state, percent, since, reasonCode, reason, failed);
    }

    /** The same group frozen or thawed. */
    public GroupStatus withPaused(boolean newPaused) {
        return new GroupStatus(
                name,
                members,
                homes,
                entries,
                local,
                state,
                newPaused,
                fusedPercent,
                image,
                tier,
                memberDigests,
                since,
                reasonCode,
                reason,
                failed);
    }

    /** Whether the originals of this group's homes may be stopped: nothing is routed to them any more. */
    public boolean originalsAsleep() {
        return state == GroupState.FUSED;
    }

    GroupStatus entering(
            GroupState newState, int percent, Instant now, String code, String newReason, boolean newFailed) {
        return new GroupStatus(
                name,
                members,
                homes,
                entries,
                local,
                newState,
                paused,
                percent,
                image,
                tier,
                memberDigests,
                now,
                code,
                newReason,
                newFailed);
    }
}
