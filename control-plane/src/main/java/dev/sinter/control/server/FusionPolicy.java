package dev.sinter.control.server;

import dev.sinter.planner.graph.Limits;
import dev.sinter.planner.hysteresis.HysteresisPolicy;
import dev.sinter.planner.hysteresis.ProbeSchedule;
import dev.sinter.planner.judge.JudgePolicy;
import dev.sinter.planner.plan.Objective;
import java.time.Duration;

/**
 * How eagerly and how carefully an application is fused.
 *
 * @param observeFor least time of watching before a group is proposed
 * @param window of the call graph that a plan is made from
 * @param bucket length of the judge's paired buckets
 * @param hold least time at every share of traffic
 * @param maxHold longest time that the verdict may take at the last share
 * @param probes when a fused group, whose originals sleep, is compared with them again, and how long
 * @param judge margins and error rates of the verdict
 * @param hysteresis how much a change must save, and how long what failed is left alone
 * @param limits of every group
 * @param objective what a plan optimises
 */
public record FusionPolicy(
        Duration observeFor,
        Duration window,
        Duration bucket,
        Duration hold,
        Duration maxHold,
        ProbeSchedule probes,
        JudgePolicy judge,
        HysteresisPolicy hysteresis,
        Limits limits,
        Objective objective) {

    /** For a machine with a steady load of its own: minutes of evidence, as on a cluster. */
    public static final FusionPolicy STEADY = new FusionPolicy(
            Duration.ofMinutes(2),
            Duration.ofMinutes(2),
            Duration.ofSeconds(10),
            Duration.ofMinutes(1),
            Duration.ofMinutes(30),
            ProbeSchedule.DEFAULT,
            JudgePolicy.DEFAULT,
            HysteresisPolicy.DEFAULT,
            Limits.DEFAULT,
            Objective.BALANCED);

    /** For a demonstration: as quick as the evidence allows. */
    public static final FusionPolicy QUICK = new FusionPolicy(
            Duration.ofSeconds(25),
            Duration.ofSeconds(20),
            Duration.ofSeconds(1),
            Duration.ofSeconds(6),
            Duration.ofSeconds(40),
            new ProbeSchedule(Duration.ofMinutes(10), Duration.ofHours(1), Duration.ofSeconds(20), 2, 1.3),
            JudgePolicy.DEMO,
            HysteresisPolicy.QUICK,
            Limits.DEFAULT,
            Objective.BALANCED);
}
