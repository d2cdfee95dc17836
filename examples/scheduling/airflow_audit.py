"""harness audit by Airflow 3: a DAG of one task, which fails with the exit code of the audit.

Airflow is not among the dependencies of this project, so its tests run this DAG only where AIRFLOW_PYTHON names an
interpreter that has it (tests/docs/test_scheduling.py); it was last run so with Airflow 3.3.2, by `dag.test()`.

The time that is audited is that of the DAG run: a run that is repeated prints the first report again, and a backfill
audits each time that was missed.
"""

import os

import pendulum
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG(
    dag_id="harness_audit",
    schedule="15 13 * * *",
    start_date=pendulum.datetime(2024, 1, 1, tz="UTC"),
    catchup=False,
    # two audits of one project never run at once
    max_active_runs=1,
    tags=["data contracts"],
) as dag:
    BashOperator(
        task_id="audit",
        bash_command='"$HARNESS" audit --project "$PROJECT" --as-of "{{ logical_date.isoformat() }}" --quiet',
        env={
            "HARNESS": os.environ.get("HARNESS", "harness"),
            "PROJECT": os.environ.get("HARNESS_PROJECT", "."),
        },
        append_env=True,
        # an audit that could not tell is done again
        retries=2,
        retry_delay=pendulum.duration(minutes=10),
    )

if __name__ == "__main__":
    dag.test()
