/*
 * A query plan compiled to one function. Plans hold four kinds of nodes that we know how to run; anything else
 * (deferred parts, arguments from context, paths with type conditions) makes the plan `undefined` here, and the
 * caller gives the operation to Apollo's executor instead.
 */
import type { PlanNode, ResponsePath } from '@apollo/query-planner';
import { GraphQLError } from 'graphql';
import { compileFetch, type Step } from './fetch.ts';
import { collect } from './merge.ts';
import type { TypeConditions } from './representations.ts';

/** @returns undefined where the plan has a part that is not known here. */
export function compilePlan(node: PlanNode | undefined, types: TypeConditions): Step | undefined {
  if (!node) return () => undefined;
  return isKnown(node) ? compile(node, types) : undefined;
}

/** Whether a plan can be compiled here. */
export function isKnown(node: PlanNode): boolean {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      return node.nodes.every(isKnown);
    case 'Flatten':
      return node.path.every((element) => typeof element === 'string' && !element.includes('|')) && isKnown(node.node);
    case 'Condition':
      return [node.ifClause, node.elseClause].every((branch) => !branch || isKnown(branch));
    case 'Fetch':
      return !node.contextRewrites?.length && !node.hasDefers;
    default:
      return false;
  }
}

function compile(node: PlanNode, types: TypeConditions): Step {
  switch (node.kind) {
    case 'Sequence': {
      const steps = node.nodes.map((child) => compile(child, types));
      return async (run, cursor) => {
        for (const step of steps) {
          const working = step(run, cursor);
          if (working) await working;
        }
      };
    }
    case 'Parallel': {
      const steps = node.nodes.map((child) => compile(child, types));
      return async (run, cursor) => {
        await Promise.all(steps.map((step) => step(run, cursor)));
      };
    }
    case 'Flatten':
      return compileFlatten(node.path, compile(node.node, types));
    case 'Condition':
      return compileCondition(
        node.condition,
        node.ifClause && compile(node.ifClause, types),
        node.elseClause && compile(node.elseClause, types),
      );
    case 'Fetch':
      return compileFetch(node, types);
    default:
      throw new Error(`A plan node of kind ${node.kind} was taken for a known one.`);
  }
}

function compileFlatten(path: ResponsePath, step: Step): Step {
  return (run, cursor) => {
    const data = collect(cursor.data, path);
    return data ? step(run, { path: cursor.path.length > 0 ? [...cursor.path, ...path] : path, data }) : undefined;
  };
}

function compileCondition(variable: string, ifClause: Step | undefined, elseClause: Step | undefined): Step {
  return (run, cursor) => {
    const value = run.coerced[variable];
    if (typeof value !== 'boolean') throw new GraphQLError(`Variable "$${variable}" must be true or false here.`);
    return (value ? ifClause : elseClause)?.(run, cursor);
  };
}
