package dev.sinter.control.lifecycle;

import static dev.sinter.control.lifecycle.GroupState.APPROVED;
import static dev.sinter.control.lifecycle.GroupState.BUILDING;
import static dev.sinter.control.lifecycle.GroupState.DEPLOYING;
import static dev.sinter.control.lifecycle.GroupState.FAILED;
import static dev.sinter.control.lifecycle.GroupState.FUSED;
import static dev.sinter.control.lifecycle.GroupState.PROBING;
import static dev.sinter.control.lifecycle.GroupState.PROPOSED;
import static dev.sinter.control.lifecycle.GroupState.SHIFTING;
import static dev.sinter.control.lifecycle.GroupState.UNFUSED;
import static dev.sinter.control.lifecycle.GroupState.UNFUSING;
import static dev.sinter.control.lifecycle.GroupState.VERIFYING;

import java.time.Instant;
import java.util.List;

/**
 * The state machine of a fusion group: pure, total over its table, and the only place that says what follows what.
 *
 * <p>A state's effect is carried out while the group is in it and can be repeated, so a crash anywhere resumes by
 * looking up the stored state. The undo of every state from {@code DEPLOYING} on is the effect of {@code UNFUSING}.
 */
public final class Lifecycle {

    /** Shares of traffic that a shift goes through, in percent. */
    public static final List<Integer> SHIFT_PERCENTS = List.of(5, 25, 50, 100);

    /** Share of traffic that stays on the fused workload while it is compared with the originals again, in percent. */
    static final int PROBE_PERCENT = 95;

    private static final List<Transition> TABLE = List.of(
            new Transition(PROPOSED, Trigger.APPROVE, APPROVED, "mode auto, or a person's approval"),
            new Transition(APPROVED, Trigger.DONE, BUILDING, "no other change of this application is under way"),
            new Transition(BUILDING, Trigger.DONE, DEPLOYING, "the image is complete in the engine"),
            new Transition(BUILDING, Trigger.FAIL, FAILED, "the images cannot be merged"),
            new Transition(DEPLOYING, Trigger.DONE, VERIFYING, "every member is ready"),
            new Transition(VERIFYING, Trigger.DONE, SHIFTING, "every replayed response is equal"),
            new Transition(SHIFTING, Trigger.DONE, SHIFTING, "below 100 %, and the fused arm is not worse"),
            new Transition(SHIFTING, Trigger.DONE, FUSED, "at 100 %, and the verdict is better"),
            new Transition(FUSED, Trigger.PROBE, PROBING, "a hold-out is due, or there is doubt"),
            new Transition(PROBING, Trigger.DONE, FUSED, "the fused arm is not worse"),
            new Transition(APPROVED, Trigger.UNFUSE, UNFUSED, "nothing was built yet"),
            new Transition(BUILDING, Trigger.UNFUSE, UNFUSED, "nothing runs yet"),
            new Transition(DEPLOYING, Trigger.FAIL, UNFUSING, "the fused workload does not become ready"),
            new Transition(VERIFYING, Trigger.FAIL, UNFUSING, "a replayed response differs"),
            new Transition(SHIFTING, Trigger.FAIL, UNFUSING, "the verdict is worse, or the proxies refuse the route"),
            new Transition(FUSED, Trigger.FAIL, UNFUSING, "the fused workload is broken"),
            new Transition(PROBING, Trigger.FAIL, UNFUSING, "the fused workload is worse by now, or broken"),
            new Transition(DEPLOYING, Trigger.UNFUSE, UNFUSING, "asked for"),
            new Transition(VERIFYING, Trigger.UNFUSE, UNFUSING, "asked for"),
            new Transition(SHIFTING, Trigger.UNFUSE, UNFUSING, "asked for"),
            new Transition(FUSED, Trigger.UNFUSE, UNFUSING, "asked for"),
            new Transition(PROBING, Trigger.UNFUSE, UNFUSING, "asked for"),
            new Transition(UNFUSING, Trigger.DONE, UNFUSED, "the originals answer, and the unfuse was asked for"),
            new Transition(UNFUSING, Trigger.DONE, FAILED, "the originals answer, and something had failed"),
            new Transition(UNFUSED, Trigger.APPROVE, APPROVED, "a person's approval"),
            new Transition(FAILED, Trigger.APPROVE, APPROVED, "a person's approval"));

    private Lifecycle() {}

    /** All transitions; the documentation's table is generated from it. */
    public static List<Transition> table() {
        return TABLE;
    }

    /** What is done while a group is in {@code state}. */
    public static Effect effectOf(GroupState state) {
        return switch (state) {
            case PROPOSED, APPROVED, UNFUSED, FAILED -> Effect.NONE;
            case BUILDING -> Effect.BUILD_IMAGE;
            case DEPLOYING -> Effect.START_FUSED;
            case VERIFYING -> Effect.REPLAY;
            case SHIFTING -> Effect.HOLD_WEIGHT;
            case FUSED -> Effect.STOP_ORIGINALS;
            case PROBING -> Effect.PROBE;
            case UNFUSING -> Effect.RESTORE_ORIGINALS;
        };
    }

    /** What takes back whatever was done up to {@code state}. */
    public static Effect undoOf(GroupState state) {
        return switch (state) {
            case PROPOSED, APPROVED, BUILDING, UNFUSING, UNFUSED, FAILED -> Effect.NONE;
            case DEPLOYING, VERIFYING, SHIFTING, FUSED, PROBING -> Effect.RESTORE_ORIGINALS;
        };
    }

    /** Whether {@code trigger} means anything to a group in {@code state}. */
    public static boolean allows(GroupState state, Trigger trigger) {
        return TABLE.stream().anyMatch(row -> row.from() == state && row.trigger() == trigger);
    }

    /**
     * The group after {@code trigger}.
     *
     * @throws LifecycleException {@code SNT0801} if the table has no such row, {@code SNT0802} if the group is paused
     */
    public static GroupStatus after(GroupStatus group, Trigger trigger, String reasonCode, String reason, Instant now) {
        if (!allows(group.state(), trigger)) {
            throw new LifecycleException(
                    "SNT0801",
                    "group " + group.name() + ": " + trigger + " in state " + group.state() + " (expected: one of "
                            + expected(trigger) + ")");
        }
        if (group.paused()) {
            throw new LifecycleException(
                    "SNT0802", "group " + group.name() + ": paused. Maybe 'sinter resume " + group.name() + "' first");
        }
        GroupState next = next(group, trigger);
        if (group.state() == UNFUSING && group.failed()) {
            // What went wrong stays readable once it is undone.
            return group.entering(next, percentIn(next, group), now, group.reasonCode(), group.reason(), true);
        }
        boolean failed = next == UNFUSING ? trigger == Trigger.FAIL : next == FAILED;
        return group.entering(next, percentIn(next, group), now, reasonCode, reason, failed);
    }

    private static GroupState next(GroupStatus group, Trigger trigger) {
        if (trigger == Trigger.DONE && group.state() == SHIFTING) {
            return group.fusedPercent() >= 100 ? FUSED : SHIFTING;
        }
        if (trigger == Trigger.DONE && group.state() == UNFUSING) {
            return group.failed() ? FAILED : UNFUSED;
        }
        return TABLE.stream()
                .filter(row -> row.from() == group.state() && row.trigger() == trigger)
                .map(Transition::to)
                .findFirst()
                .orElseThrow();
    }

    private static int percentIn(GroupState next, GroupStatus group) {
        return switch (next) {
            case SHIFTING ->
                SHIFT_PERCENTS.stream()
                        .filter(percent -> percent > group.fusedPercent())
                        .findFirst()
                        .orElse(100);
            case FUSED -> 100;
            case PROBING -> PROBE_PERCENT;
            // The originals may sleep: traffic stays where it is until they answer.
            case UNFUSING -> group.fusedPercent();
            case PROPOSED, APPROVED, BUILDING, DEPLOYING, VERIFYING, UNFUSED, FAILED -> 0;
        };
    }

    private static List<GroupState> expected(Trigger trigger) {
        return TABLE.stream()
                .filter(row -> row.trigger() == trigger)
                .map(Transition::from)
                .distinct()
                .toList();
    }
}
