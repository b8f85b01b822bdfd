package dev.sinter.planner.solve;

import org.jspecify.annotations.Nullable;

/**
 * Single changes of the layout that an evaluator holds: merge two groups, clone a callee or a whole group into a
 * caller's, move a home, drop or evict a member, split a group at a pair, make one local pair remote. Each replaces a few
 * groups and is kept if the exact worth of the whole is better. Not safe for use by several threads.
 */
final class Changes {
    private final Model model;
    private final Groups groups;
    private final Evaluator evaluator;
    private final Goal goal;
    private final Budget budget;
    private final Copies copies;
    private Worth worth;

    Changes(Model model, Groups groups, Evaluator evaluator, Goal goal, Budget budget) {
        this.model = model;
        this.groups = groups;
        this.evaluator = evaluator;
        this.goal = goal;
        this.budget = budget;
        copies = evaluator.copies();
        worth = evaluator.evaluate(groups.allAlone());
    }

    void start(Group[] layout) {
        worth = evaluator.evaluate(layout);
    }

    /** What the layout is worth now. */
    Worth worth() {
        return worth;
    }

    private int homeOf(int f) {
        return copies.slotOf(copies.home(f));
    }

    private Group at(int slot) {
        return copies.groupOf(copies.start(slot));
    }

    /** Tries to make the calls of {@code pair} local, or remote, in some group of the caller. */
    boolean improvePair(int pair) {
        int caller = model.from[pair];
        int callee = model.to[pair];
        for (int copy = copies.first(caller); copy >= 0; copy = copies.next(copy)) {
            int g = copies.slotOf(copy);
            Group here = at(g);
            if (here.isLocal(pair)) {
                if (cut(g, pair)) {
                    return true;
                }
                continue;
            }
            int h = homeOf(callee);
            Group there = at(h);
            if (h == g) {
                if (replace(g, -1, addLocal(here, pair))) {
                    return true;
                }
                continue;
            }
            if (replace(
                            g,
                            h,
                            groups.of(
                                    IntSets.union(here.members, there.members), IntSets.union(here.homes, there.homes)))
                    || replace(g, -1, groups.of(IntSets.with(here.members, callee), here.homes))
                    || moveHome(callee, h, g)
                    || (copies.isHome(copy) && moveHome(caller, g, h))
                    || (there.members.length > 1
                            && replace(g, -1, groups.of(IntSets.union(here.members, there.members), here.homes)))
                    || exchange(g, callee)) {
                return true;
            }
            if (here.has(callee) && replace(g, -1, addLocal(here, pair))) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Group addLocal(Group group, int pair) {
        if (groups.reaches(group.locals, model.to[pair], model.from[pair])) {
            return null;
        }
        return groups.of(group.members, group.homes, IntSets.with(group.locals, pair));
    }

    /** Makes a local pair remote; what hangs on it only, leaves. */
    private boolean cut(int g, int pair) {
        Group here = at(g);
        int[] locals = IntSets.without(here.locals, pair);
        Group rest = groups.of(here.members, here.homes, locals);
        if (rest != null) {
            return replace(g, -1, rest);
        }
        int[] below = groups.reached(locals, model.to[pair]);
        int[] above = IntSets.without(here.members, below);
        return split(g, above, below);
    }

    private boolean split(int g, int[] first, int[] second) {
        Group here = at(g);
        int[] firstHomes = IntSets.common(here.homes, first);
        int[] secondHomes = IntSets.common(here.homes, second);
        if (firstHomes.length == 0 || secondHomes.length == 0) {
            return false;
        }
        Group a = groups.of(first, firstHomes);
        Group b = groups.of(second, secondHomes);
        return a != null && b != null && replace(g, -1, a, b);
    }

    private boolean moveHome(int f, int from, int to) {
        Group target = groups.of(IntSets.with(at(to).members, f), IntSets.with(at(to).homes, f));
        if (target == null) {
            return false;
        }
        if (at(from).homes.length == 1) {
            return replace(from, to, target);
        }
        int[] homes = IntSets.without(at(from).homes, f);
        Group kept = groups.of(at(from).members, homes);
        Group left = groups.of(IntSets.without(at(from).members, f), homes);
        return (kept != null && replace(from, to, target, kept)) || (left != null && replace(from, to, target, left));
    }

    /** Clones {@code callee} into a full group in place of another member. */
    private boolean exchange(int g, int callee) {
        Group here = at(g);
        if (here.members.length > 12 || groups.of(IntSets.with(here.members, callee), here.homes) != null) {
            return false;
        }
        for (int member : here.members) {
            int[] members = IntSets.with(IntSets.without(here.members, member), callee);
            if (!here.isHome(member)) {
                if (replace(g, -1, groups.of(members, here.homes))) {
                    return true;
                }
            } else if (here.homes.length > 1) {
                int h = homeOf(callee);
                int[] homes = IntSets.without(here.homes, member);
                Group swapped = groups.of(members, homes);
                if (swapped != null && replace(g, -1, swapped, groups.alone(member))) {
                    return true;
                }
                if (at(h).members.length == 1) {
                    swapped = groups.of(members, IntSets.with(homes, callee));
                    if (swapped != null && replace(g, h, swapped, groups.alone(member))) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Tries to drop, evict or promote {@code f} where it is a member. */
    boolean improveMember(int f) {
        int home = homeOf(f);
        for (int copy = copies.first(f); copy >= 0; copy = copies.next(copy)) {
            int g = copies.slotOf(copy);
            if (g == home) {
                continue;
            }
            Group here = at(g);
            if (replace(g, -1, groups.of(IntSets.without(here.members, f), here.homes)) || moveHome(f, home, g)) {
                return true;
            }
        }
        Group here = at(home);
        if (here.members.length == 1) {
            return false;
        }
        if (here.homes.length == 1) {
            return replace(home, -1, groups.alone(f));
        }
        int[] homes = IntSets.without(here.homes, f);
        Group without = groups.of(IntSets.without(here.members, f), homes);
        Group with = groups.of(here.members, homes);
        int[] below = groups.reached(here.locals, f);
        Group own = groups.of(below, new int[] {f});
        return (without != null && replace(home, -1, without, groups.alone(f)))
                || (with != null && replace(home, -1, with, groups.alone(f)))
                || (own != null && without != null && replace(home, -1, without, own))
                || (own != null && with != null && replace(home, -1, with, own))
                || split(home, IntSets.without(here.members, below), below);
    }

    /** Puts {@code added} in place of groups {@code a} and {@code b} (−1: none) if that is better. */
    private boolean replace(int a, int b, @Nullable Group... added) {
        for (Group group : added) {
            if (group == null) {
                return false;
            }
        }
        if (!budget.step()) {
            return false;
        }
        if (added.length == 1 && b < 0 && added[0].sameAs(at(a))) {
            return false;
        }
        Worth changed = evaluator.change(b < 0 ? new int[] {a} : new int[] {a, b}, added);
        if (!goal.isBetter(changed, worth)) {
            evaluator.undo();
            return false;
        }
        evaluator.keep();
        worth = changed;
        return true;
    }
}
