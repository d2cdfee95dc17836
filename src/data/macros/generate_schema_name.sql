{#- The layer's name is the schema's name: dbt would prefix it with the schema of the target. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
